import { setPassword } from '../../identity/actions/links.ts'
import { addStaff, addUnit } from '../../org/actions.ts'
import type { Actor } from '../../org/may.ts'
import { findActorById, readOrganisation } from '../../org/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import type { FoundingParts } from '../../setup/actions.ts'
import {
  type DemoStaff,
  demoAccounts,
  demoEmail,
  demoPassword,
  demoStaff,
  demoUnits,
  type StaffKey,
  type UnitKey,
} from '../town.ts'

/** The demo town as it was built. */
export type Town = {
  units: Readonly<Record<UnitKey | 'root' | 'oversight', string>>
  staff: Readonly<Record<StaffKey, Actor>>
}

/** Adds the units and the staff of the demo town to a tenant that was just founded, and their accounts. */
export async function buildTown(parts: FoundingParts, office: Office): Promise<Town> {
  const founded = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const tops = [...founded.units.values()].filter(unit => unit.parentId === null)
  const root = tops.find(unit => unit.intake)?.id
  const oversight = tops.find(unit => !unit.intake)?.id
  if (!root || !oversight) throw new Error('the tenant was not founded')
  const units = { root, oversight } as Record<UnitKey | 'root' | 'oversight', string>
  for (const { key, under, name, functions, areas } of demoUnits)
    units[key] = await addUnit(office, 'set-up', { parentId: units[under], name, functions, areas })
  const staff = {} as Record<StaffKey, Actor>
  for (const person of demoStaff) {
    const known = founded.officers.values().find(one => one.email === demoEmail(person.key))
    const id = known?.id ?? (await hire(parts, office, person, units[person.at]))
    staff[person.key] = await actorOf(office, id)
  }
  return { units, staff }
}

async function hire(
  parts: FoundingParts,
  office: Office,
  { key, name, title, role }: DemoStaff,
  unitId: string,
): Promise<string> {
  const grants = [{ unitId, role }]
  const input = { name, title, email: demoEmail(key), accountId: null, grants }
  const id = await addStaff(office, 'set-up', input)
  if (demoAccounts.includes(key)) await setPassword(parts, office, id, demoPassword, 'set-up')
  return id
}

async function actorOf(office: Office, id: string): Promise<Actor> {
  const actor = await inSnapshot(office.pool, office.tenant.id, tx => findActorById(tx, id))
  if (!actor) throw new Error('a member of the staff was not added')
  return actor
}
