import type { Pool } from 'pg'
import { prepare, q } from '../platform/database/query.ts'
import { ask, type Tx } from '../platform/database/tx.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Actor, Grant, Role } from './may.ts'

/** A name in every language of the product. */
export type Name = Readonly<Record<Lang, string>>

/** A node of the organisation tree. */
export type Unit = {
  readonly id: string
  readonly parentId: string | null
  /** From the root to this unit, inclusive. */
  readonly path: readonly string[]
  readonly name: Name
  /** What it handles: functions named by the policy pack. */
  readonly functions: readonly string[]
  /** Names of the places it covers, and what people also call them. */
  readonly areas: readonly Name[]
  /** Receives what no other unit is found for. */
  readonly intake: boolean
  readonly active: boolean
}

/** A member of staff, as the organisation knows them. */
export type Officer = {
  readonly id: string
  readonly name: string
  readonly title: Partial<Name>
  readonly email: string
  readonly active: boolean
  readonly grants: readonly Grant[]
}

/** The organisation of one tenant as it stands. */
export type Organisation = {
  readonly units: ReadonlyMap<string, Unit>
  readonly officers: ReadonlyMap<string, Officer>
}

// Names and routing may be this old; who may do what never comes from here (`findActor` reads it each time).
const freshFor = 2_000
const known = new WeakMap<object, Map<number, { at: number; organisation: Promise<Organisation> }>>()

/** The organisation, from memory where it was read in the last two seconds; `pool` names the database it is of. */
export function findOrganisation(pool: object, tx: Tx): Promise<Organisation> {
  const ofPool = known.get(pool) ?? new Map()
  known.set(pool, ofPool)
  const remembered = ofPool.get(tx.tenant)
  if (remembered && performance.now() - remembered.at < freshFor) return remembered.organisation
  const organisation = readOrganisation(tx)
  ofPool.set(tx.tenant, { at: performance.now(), organisation })
  organisation.catch(() => ofPool.delete(tx.tenant))
  return organisation
}

/** Forgets what is remembered, after a change of the organisation made here. */
export function forgetOrganisation(pool: object): void {
  known.delete(pool)
}

/** The organisation as the database has it now. */
export async function readOrganisation(tx: Tx): Promise<Organisation> {
  const [unitRows, staffRows, grantRows] = await Promise.all([
    tx.all(q.selectFrom('units').selectAll().where('tenant_id', '=', tx.tenant).orderBy('path')),
    tx.all(q.selectFrom('staff').selectAll().where('tenant_id', '=', tx.tenant).orderBy('name')),
    tx.all(grantsOfTenant(tx.tenant)),
  ])
  const units = new Map<string, Unit>()
  for (const row of unitRows) {
    units.set(row.id, {
      id: row.id,
      parentId: row.parent_id,
      path: row.path,
      name: row.name as Name,
      functions: row.functions,
      areas: row.areas as Name[],
      intake: row.intake,
      active: row.active,
    })
  }
  const grants = Map.groupBy(grantRows, row => row.staff_id)
  const officers = new Map<string, Officer>()
  for (const row of staffRows) {
    officers.set(row.id, {
      id: row.id,
      name: row.name,
      title: row.title as Partial<Name>,
      email: row.email,
      active: row.active,
      grants: (grants.get(row.id) ?? []).map(toGrant),
    })
  }
  return { units, officers }
}

/** Who a signed-in account is here and what they may do now; undefined where they no longer are anybody. */
export async function findActor(pool: Pool, tenant: number, accountId: string): Promise<Actor | undefined> {
  return toActor(await ask(pool, tenant, actorByAccount(tenant, accountId)))
}

/** A member of staff and what they may do now, for jobs and commands that act for them. */
export async function findActorById(tx: Tx, staffId: string): Promise<Actor | undefined> {
  return toActor(await tx.all(actorById(tx.tenant, staffId)))
}

const actorByAccount = prepare((tenant: number, accountId: string) =>
  actorRows(tenant).where('staff.account_id', '=', accountId),
)
const actorById = prepare((tenant: number, staffId: string) =>
  actorRows(tenant).where('staff.id', '=', staffId),
)

function actorRows(tenant: number) {
  return q
    .selectFrom('staff')
    .leftJoin('grants', join =>
      join.onRef('grants.tenant_id', '=', 'staff.tenant_id').onRef('grants.staff_id', '=', 'staff.id'),
    )
    .leftJoin('units', join =>
      join.onRef('units.tenant_id', '=', 'grants.tenant_id').onRef('units.id', '=', 'grants.unit_id'),
    )
    .select(['staff.id', 'staff.name', 'grants.role', 'grants.unit_id', 'units.path'])
    .where('staff.tenant_id', '=', tenant)
    .where('staff.active', '=', true)
}

type ActorRow = {
  id: string
  name: string
  role: string | null
  unit_id: string | null
  path: string[] | null
}

function toActor(rows: readonly ActorRow[]): Actor | undefined {
  const [first] = rows
  if (!first) return undefined
  const grants = rows.flatMap(row =>
    row.role && row.unit_id && row.path
      ? [{ role: row.role as Role, unitId: row.unit_id, unitPath: row.path }]
      : [],
  )
  return { staffId: first.id, name: first.name, grants }
}

function grantsOfTenant(tenant: number) {
  return q
    .selectFrom('grants')
    .innerJoin('units', join =>
      join.onRef('units.tenant_id', '=', 'grants.tenant_id').onRef('units.id', '=', 'grants.unit_id'),
    )
    .select(['grants.staff_id', 'grants.unit_id', 'grants.role', 'units.path'])
    .where('grants.tenant_id', '=', tenant)
}

function toGrant(row: { role: string; unit_id: string; path: string[] }): Grant {
  return { role: row.role as Role, unitId: row.unit_id, unitPath: row.path }
}
