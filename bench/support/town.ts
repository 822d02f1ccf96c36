import pg from 'pg'
import { setPassword } from '../../src/identity/actions/links.ts'
import { addStaff, addUnit } from '../../src/org/actions.ts'
import type { Actor, Role } from '../../src/org/may.ts'
import { findActorById, type Name, type Organisation, readOrganisation } from '../../src/org/reads.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { readConfig } from '../../src/platform/config.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { createPool } from '../../src/platform/database/pool.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import { createOffices } from '../../src/platform/http/parts.ts'
import { createLog } from '../../src/platform/log.ts'
import type { Office } from '../../src/platform/office.ts'
import { loadRootKey } from '../../src/platform/sealing/root-key.ts'
import { type FoundingParts, foundTenant } from '../../src/setup/actions.ts'

/** An institution to measure with: 40 units in three levels, and staff. Founded through the product's own actions. */
export type Town = {
  readonly office: Office
  readonly organisation: Organisation
  /** Connections as the owner of the tables, whom row-level security does not bind. */
  readonly owner: pg.Pool
  readonly parts: FoundingParts
  /** What a server process of this town is started with. */
  readonly env: Record<string, string>
  /** Units that handle cases. */
  readonly handling: readonly string[]
  /** Staff by what they are to the town; all sign in with `password`. */
  readonly staff: Readonly<Record<Person, StaffMember>>
  close(): Promise<void>
}

/** Whom pages are shown to. */
export type Person = 'officer' | 'unit-head' | 'supervisor' | 'auditor'
type Added = { id: string; email: string }
type StaffMember = Added & { actor: Actor }

/** The password of all staff of a town. */
export const password = 'a kettle, a ladder, a goose'

/** Founds a town in an empty database. */
export async function foundTown(url: string, dataDir: string): Promise<Town> {
  const env = { DATABASE_URL: url, DATA_DIR: dataDir }
  const log = createLog('error')
  await migrate(url, log)
  const config = readConfig(env)
  const rootKey = loadRootKey(config.rootKeyFile).key
  const pool = createPool(url, 10)
  const owner = new pg.Pool({ connectionString: url, max: 8 })
  owner.on('error', () => {})
  const offices = createOffices(pool, systemClock, rootKey)
  const parts: FoundingParts = { config, log, clock: systemClock, pool, owner, rootKey, offices }
  const office = await foundTenant(parts, {
    name: named('Willow Town', '柳镇'),
    language: 'en',
    timeZone: 'Asia/Shanghai',
    packId: 'generic',
    administrator: { name: 'Ada Ministrator', email: 'admin@example.org', password, handlesCases: false },
  })
  const handling = await addUnits(office)
  const staff = await addPeople(office, parts, handling)
  return {
    office,
    organisation: await inSnapshot(pool, office.tenant.id, readOrganisation),
    owner,
    parts,
    env,
    handling,
    staff,
    close: async () => {
      await Promise.all([pool.end(), owner.end()])
    },
  }
}

// Eight offices by function, six districts with four villages each: with the institution and oversight, 40 units.
const offices: [Name, string[]][] = [
  [named('Roads Office', '道路科'), ['roads', 'street-lighting', 'traffic', 'street-order']],
  [named('Water Office', '水务科'), ['water', 'drainage']],
  [named('Sanitation Office', '环卫科'), ['sanitation', 'animal-control']],
  [named('Environment Office', '环保科'), ['environment', 'noise', 'parks']],
  [named('Housing Office', '房管科'), ['property', 'housing', 'building-control', 'lifts']],
  [named('Safety Office', '安全科'), ['building-safety', 'fire-safety', 'food-safety']],
  [named('Schools Office', '教育科'), ['teaching', 'admissions', 'school-meals', 'school-buildings']],
  [named('Services Office', '政务科'), ['counter-services', 'fees', 'benefits', 'labour', 'information']],
]

async function addUnits(office: Office): Promise<string[]> {
  const { units } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const root = units.values().find(unit => unit.intake)
  if (!root) throw new Error('the town has no root')
  const add = (parentId: string, name: Name, functions: string[], areas: Name[]) =>
    addUnit(office, 'set-up', { parentId, name, functions, areas })
  const added: string[] = []
  for (const [name, functions] of offices) added.push(await add(root.id, name, functions, []))
  for (let district = 1; district <= 6; district++) {
    const name = named(`District ${district}`, `第${district}片区`)
    const id = await add(root.id, name, [], [name])
    added.push(id)
    for (let village = 1; village <= 4; village++) {
      const place = named(`Village ${district}.${village}`, `${district}片${village}村`)
      added.push(await add(id, place, [], [place]))
    }
  }
  return added
}

async function addPeople(office: Office, parts: FoundingParts, handling: string[]): Promise<Town['staff']> {
  const add = async (name: string, role: Role, unitId: string) => {
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`
    const grants = [{ unitId, role }]
    const id = await addStaff(office, 'set-up', { name, title: {}, email, accountId: null, grants })
    return { id, email }
  }
  const heads: Added[] = []
  const officers: Added[] = []
  for (const [index, unitId] of handling.entries()) {
    heads.push(await add(`Head ${index}`, 'unit-head', unitId))
    officers.push(await add(`First Officer ${index}`, 'case-officer', unitId))
    officers.push(await add(`Second Officer ${index}`, 'case-officer', unitId))
  }
  const { units } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const top = [...units.values()].filter(unit => unit.parentId === null)
  const root = top.find(unit => unit.intake)?.id ?? ''
  const oversight = top.find(unit => !unit.intake)?.id ?? ''
  await add('Head of All', 'unit-head', root)
  const people: [Person, Added | undefined][] = [
    ['officer', officers[0]],
    ['unit-head', heads[0]],
    ['supervisor', await add('Sue Pervisor', 'supervisor', root)],
    ['auditor', await add('Otto Ditor', 'auditor', oversight)],
  ]
  const staff: Partial<Record<Person, StaffMember>> = {}
  for (const [person, added] of people) {
    if (!added) throw new Error(`the town has no ${person}`)
    const { id, email } = added
    await setPassword(parts, office, id, password, 'command')
    const actor = await inSnapshot(office.pool, office.tenant.id, tx => findActorById(tx, id))
    if (!actor) throw new Error(`no such member of staff: ${email}`)
    staff[person] = { id, email, actor }
  }
  return staff as Town['staff']
}

function named(en: string, zh: string): Name {
  return { en, 'zh-CN': zh }
}
