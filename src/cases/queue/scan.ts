import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Query, sqlQuery } from '../../platform/database/query.ts'
import type { Scope } from '../visibility.ts'

/** A column that a queue is sorted by. */
export type SortColumn = 'due_at' | 'filed_at' | 'number'

/** Where a list goes on: the sort value and the id of a row. Without a due time the value is null. */
export type Key = { value: Temporal.Instant | string | null; id: string }

/** A part of the queue, in terms of its indexes. */
export type Scan = {
  tenant: number
  scope: Scope
  /** Cases of these units. */
  units: readonly string[]
  /** That `units` are all there are. */
  everything: boolean
  /** Whether `units` are so many that the index of all cases leads to theirs sooner than the index of each unit does. */
  wide: boolean
  /** Also cases that these units were asked to take over. */
  receiving: boolean
  /** Also cases that carry the reader's name, as owner or as lead. */
  named: boolean
  /** Nothing outside of these units. */
  within?: readonly string[] | undefined
  /** Only these cases. */
  among?: readonly string[] | undefined
  /** Cases with something still to be done, or those that are finished. */
  open: boolean
  /** Only cases that nobody works yet. */
  unassigned: boolean
  sort: SortColumn
  descending: boolean
  /** Where the institution owes nothing there is no due time; such cases are a list of their own. */
  undated: boolean
  after?: Key | undefined
  /** Only cases due before this. */
  dueBefore?: Temporal.Instant | undefined
  /** What no index knows, of a row called `scanned`. */
  filters: readonly Expression<SqlBool>[]
  /** How many rows of each unit and each name are looked at, at most. */
  look: number
  limit: number
}

/** A match as a list shows it. */
export type Match = {
  key: Key['value']
  id: string
  number: string
  subject: string | null
  kind: string
  category: string
  status: string
  unit_id: string
  owner_id: string | null
  pack_id: string
  pack_version: number
  filed_at: Temporal.Instant
  due_at: Temporal.Instant | null
  due_from: Temporal.Instant | null
  due_kind: string | null
  due_provisional: boolean
  paused: boolean
}

/** A row of a scan: a match, or the only row without one; each says up to where everything was looked at, if it stopped. */
export type Scanned = (Match | { id: null }) & { edge_key: Key['value']; edge_id: string | null }

/**
 * The first matches of a part of the queue; always at least one row. Each unit, and each of the reader's two places in
 * a case, is a branch with an index that gives it in order, so the first rows of all branches hold the first rows of
 * the whole, and the cost goes by the number of branches, never by the number of cases. Filters are asked after that:
 * a branch is looked at for `look` rows, and what lies beyond the first branch's end is left to the next page.
 */
export function scan(part: Scan): Query<Scanned> {
  const reached = part.undated
    ? sql`scanned.id ${upTo(part)} edge.id`
    : sql`(scanned.key, scanned.id) ${upTo(part)} (edge.key, edge.id)`
  const filters = part.filters.length > 0 ? sql.join(part.filters, sql` and `) : sql`true`
  return sqlQuery(sql<Scanned>`
    with scanned as materialized (${sql.join(branches(part), sql` union all `)}),
    edge as (
      select key, id from scanned where n = ${part.look}::integer order by ${order(part, 'scanned')} limit 1
    ),
    page as (
      select scanned.key, scanned.id from scanned left join edge on true
      where (edge.id is null or ${reached}) and ${filters}
      order by ${order(part, 'scanned')} limit ${part.limit}::integer
    )
    select page.key, page.id, edge.key as edge_key, edge.id as edge_id, cases.number, cases.subject, cases.kind,
      cases.category, cases.status, cases.unit_id, cases.owner_id, cases.pack_id, cases.pack_version, cases.filed_at,
      cases.due_at, cases.due_from, cases.due_kind, cases.due_provisional, cases.paused
    from (select) as one left join edge on true left join page on true
      left join cases on cases.tenant_id = ${part.tenant}::integer and cases.id = page.id
    order by ${order(part, 'page')}`)
}

/** How many branches a part has that are each looked at for themselves. */
export function branchCount(part: Scan): number {
  const units = byTenant(part) ? 1 : part.units.length
  return part.among ? 1 : Math.max(1, units + otherPlaces(part).length)
}

function byTenant({ wide, sort, unassigned }: Scan): boolean {
  return wide && sort === 'due_at' && !unassigned
}

function branches(part: Scan): RawBuilder<unknown>[] {
  const { units, among } = part
  const others = otherPlaces(part)
  if (among) {
    const places = sql.join([ofUnits(part), ...others], sql` or `)
    return [branch(part, sql`cases.id = ${list(among)} and (${places})`)]
  }
  if (byTenant(part)) return [ofUnits(part), ...others].map(place => branch(part, place))
  const each = branch(part, sql`cases.unit_id = unit.id`)
  const ofEach = sql`select of_unit.* from unnest(${[...units]}::uuid[]) as unit (id) cross join lateral (${each}) as of_unit`
  // Of no unit and no other place there is nothing, which a statement has to say too.
  const isNeeded = units.length > 0 || others.length === 0
  return [...(isNeeded ? [ofEach] : []), ...others.map(place => branch(part, place))]
}

function ofUnits({ units, everything }: Scan): RawBuilder<unknown> {
  return everything ? sql`true` : sql`cases.unit_id = ${list(units)}`
}

// Each says what the others do not, so that no case is there twice.
function otherPlaces({ scope, units, receiving, named, within }: Scan): RawBuilder<unknown>[] {
  const inside = within ? sql`cases.unit_id = ${list(within)}` : sql`true`
  const elsewhere = sql`cases.unit_id <> all (${[...units]}::uuid[]) and ${inside}`
  const me = sql`${scope.staffId}::uuid`
  const places: RawBuilder<unknown>[] = []
  if (receiving) places.push(sql`(cases.receiver_id = ${list(units)} and ${elsewhere})`)
  if (!named) return places
  const notReceived = receiving ? sql`(cases.receiver_id = ${list(units)}) is not true` : sql`true`
  const kept = sql`${notReceived} and ${elsewhere} and ${scope.keeps}`
  return [
    ...places,
    sql`(cases.owner_id = ${me} and ${kept})`,
    sql`(cases.lead_id = ${me} and cases.owner_id is distinct from ${me} and ${kept})`,
  ]
}

function branch(part: Scan, which: RawBuilder<unknown>): RawBuilder<unknown> {
  const { tenant, scope, look } = part
  const key = sql.ref(`cases.${part.sort}`)
  // Without filters a branch is read from its index alone.
  const columns = part.filters.length > 0 ? filtered : sql``
  return sql`(select taken.*, row_number() over (order by ${order(part, 'taken')}) as n from (
    select ${key} as key, cases.id${columns} from cases
    where cases.tenant_id = ${tenant}::integer and ${which} and ${range(part)} and ${scope.allows}
    order by ${key} ${way(part)}, cases.id ${way(part)} limit ${look}::integer) as taken)`
}

const filtered = sql`, cases.status, cases.kind, cases.category, cases.channel`

function range(part: Scan): RawBuilder<unknown> {
  const { open, unassigned, undated, after, dueBefore } = part
  const beyond = part.descending ? sql`<` : sql`>`
  const parts = [open ? sql`cases.open` : sql`not cases.open`]
  if (unassigned) parts.push(sql`cases.owner_id is null`)
  if (part.sort === 'due_at') parts.push(undated ? sql`cases.due_at is null` : sql`cases.due_at is not null`)
  if (dueBefore) parts.push(sql`cases.due_at < ${dueBefore}::timestamptz`)
  if (after && undated) parts.push(sql`cases.id ${beyond} ${after.id}::uuid`)
  else if (after) {
    const type = part.sort === 'number' ? sql`text` : sql`timestamptz`
    const key = sql`(${after.value}::${type}, ${after.id}::uuid)`
    parts.push(sql`(${sql.ref(`cases.${part.sort}`)}, cases.id) ${beyond} ${key}`)
  }
  return sql.join(parts, sql` and `)
}

const way = ({ descending }: Scan): RawBuilder<unknown> => (descending ? sql`desc` : sql`asc`)
const upTo = ({ descending }: Scan): RawBuilder<unknown> => (descending ? sql`>=` : sql`<=`)
const list = (ids: readonly string[]): RawBuilder<unknown> => sql`any (${[...ids]}::uuid[])`

function order(part: Scan, table: string): RawBuilder<unknown> {
  return sql`${sql.ref(`${table}.key`)} ${way(part)}, ${sql.ref(`${table}.id`)} ${way(part)}`
}
