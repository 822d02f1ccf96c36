import { type FilingOptions, fileCase, type Receipt } from '../../src/cases/actions/file-case.ts'
import type { Filing } from '../../src/cases/rules/filing.ts'
import type { Actor } from '../../src/org/may.ts'
import { findActorById } from '../../src/org/reads.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import type { Office } from '../../src/platform/office.ts'
import { v7 } from '../../src/platform/uuid.ts'

/** A filing as most tests need one: a hole in the road, with a name and an address. */
export function filing(changes: Partial<Filing> = {}): Omit<Filing, 'number'> {
  return {
    id: v7(),
    kind: 'hazard',
    category: 'road-damage',
    channel: 'web',
    language: 'en',
    what: 'There is a deep hole in the road. A cyclist fell yesterday.',
    wanted: 'Fill it, and put a sign there until then.',
    place: { address: '12 Willow Street, East Village' },
    protection: 'named',
    party: { name: 'Robin Example', email: 'robin@example.org' },
    about: { units: [], staff: [], named: '', retaliation: false },
    files: [],
    ...changes,
  }
}

/** Files a case as a resident would. */
export function fileOne(
  office: Office,
  changes: Partial<Filing> = {},
  options: Partial<FilingOptions> = {},
): Promise<Receipt> {
  return fileCase(office, { kind: 'resident' }, filing(changes), { receiptSecret: v7(), ...options })
}

/** A member of staff with the grants they hold now, as a request would have them. */
export async function actorOf(office: Office, staffId: string): Promise<Actor> {
  const actor = await inSnapshot(office.pool, office.tenant.id, tx => findActorById(tx, staffId))
  if (!actor) throw new Error('no such member of staff')
  return actor
}
