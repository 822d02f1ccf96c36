import { createSecretKey, randomBytes } from 'node:crypto'
import { addStaff, addUnit, foundOrganisation } from '../../src/org/actions.ts'
import type { Role } from '../../src/org/may.ts'
import type { Name, Unit } from '../../src/org/reads.ts'
import { type MovableClock, movableClock } from '../../src/platform/clock.ts'
import type { Office, Tenant } from '../../src/platform/office.ts'
import { createTenantKey, type TenantKey } from '../../src/platform/sealing/keys.ts'
import { insertTenant } from '../../src/platform/tenants.ts'
import { v7 } from '../../src/platform/uuid.ts'
import type { TestDatabase } from './database.ts'

/** A small town to test with: an institution, its oversight office, two villages, and staff with one role each. */
export type TestOffice = Office & {
  clock: MovableClock
  units: { root: string; oversight: string; roads: string; east: string }
  /** Staff ids by role; all of the roads unit, the supervisor and administrator of the root, the auditor of oversight. */
  staff: Record<Role, string>
}

/** The root key of every tenant that tests found. */
export const testRootKey = createSecretKey(randomBytes(32))

/** Founds a tenant in a test's database; `start` is where its clock stands. */
export async function testOffice(
  database: TestDatabase,
  settings: Partial<Pick<Tenant, 'packId' | 'timeZone' | 'language'>> & {
    start?: string
    host?: string
  } = {},
): Promise<TestOffice> {
  const clock = movableClock(settings.start ?? '2026-03-02T01:00:00Z')
  const tenant = {
    streamId: v7(),
    name: named('Willow Town', '柳镇'),
    language: settings.language ?? ('en' as const),
    timeZone: settings.timeZone ?? 'Asia/Shanghai',
    packId: settings.packId ?? 'generic',
    packVersion: 1,
    demo: false,
  }
  let key: TenantKey | undefined
  const row = { ...tenant, host: settings.host ?? null, createdAt: clock.now() }
  const id = await insertTenant(database.owner, row, tenantId => {
    const made = createTenantKey(testRootKey, tenantId)
    key = made.key
    return made.wrapped
  })
  if (!key) throw new Error('the tenant has no key')
  const office: Office = { tenant: { id, ...tenant }, key, pool: database.pool, clock }
  const root = topUnit(named('Town Office', '镇政府'), [], true)
  const oversight = topUnit(named('Oversight Office', '监督办公室'), ['oversight'], false)
  await foundOrganisation(office, root, oversight)
  const unit = (parentId: string, name: Name, functions: string[], areas: Name[]) =>
    addUnit(office, 'set-up', { parentId, name, functions, areas })
  const roads = await unit(root.id, named('Roads Office', '道路科'), ['roads'], [])
  const east = await unit(root.id, named('East Village', '东村'), [], [named('East Village', '东村')])
  const staff = {} as Record<Role, string>
  const places: [Role, string][] = [
    ['front-desk', root.id],
    ['case-officer', roads],
    ['lead', roads],
    ['unit-head', roads],
    ['supervisor', root.id],
    ['auditor', oversight.id],
    ['administrator', root.id],
  ]
  for (const [role, unitId] of places) {
    const input = {
      name: `The ${role}`,
      title: {},
      email: `${role}@example.org`,
      accountId: null,
      grants: [{ unitId, role }],
    }
    staff[role] = await addStaff(office, 'set-up', input)
  }
  return { ...office, clock, units: { root: root.id, oversight: oversight.id, roads, east }, staff }
}

/** A name in both languages. */
export function named(en: string, zh: string): Name {
  return { en, 'zh-CN': zh }
}

function topUnit(name: Name, functions: string[], intake: boolean): Unit {
  const id = v7()
  return { id, parentId: null, path: [id], name, functions, areas: [], intake, active: true }
}
