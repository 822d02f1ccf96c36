import { type Expression, type SqlBool, sql } from 'kysely'
import { findCalendar } from '../../obligations/reads.ts'
import { type Timing, timingOf } from '../../obligations/rules.ts'
import type { Actor } from '../../org/may.ts'
import { findOrganisation, type Organisation } from '../../org/reads.ts'
import { findPack } from '../../packs/reads.ts'
import type { Pack } from '../../packs/schema.ts'
import { sqlQuery } from '../../platform/database/query.ts'
import { inSnapshot, type Tx } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { searchQuery } from '../../platform/words.ts'
import { type Scope, scopeOf } from '../visibility.ts'
import { countTabs, type Tab } from './counts.ts'
import type { QueueQuery, Sort } from './forms.ts'
import { branchCount, type Key, type Match, type Scan, type SortColumn, scan } from './scan.ts'

/** Rows on one page of a list. */
export const pageSize = 25

/** A page of a list of cases. */
export type QueuePage = {
  rows: Match[]
  /** How many open cases each list holds; one more than is counted means more. */
  counts: Record<Tab, number>
  previous?: Key | undefined
  next?: Key | undefined
  /** Whether filters are so narrow that only a part of the list was looked through; `next` goes on. */
  partial?: boolean | undefined
  /** Set where what was typed has nothing in it to search by, such as one letter or a telephone number. */
  nothingToSearch?: boolean | undefined
  organisation: Organisation
  /** What the dates of these cases are counted by, by pack. */
  packs: ReadonlyMap<string, { pack: Pack; timing: Timing }>
}

/** A page of the cases that an actor may see, and how many there are in each list; one round trip, two or three statements. */
export async function findQueue(
  office: Office,
  tx: Tx,
  actor: Actor,
  query: QueueQuery,
  size = pageSize,
): Promise<QueuePage> {
  const now = office.clock.now()
  const organisation = await findOrganisation(office.pool, tx)
  const scope = scopeOf(actor, organisation)
  const counting = tx.one(countTabs(tx.tenant, scope, lateBefore(now)))
  const [counts, list] = await Promise.all([
    counting,
    findList(tx, { query, scope, organisation, now, size }),
  ])
  return { counts, organisation, ...list, packs: await packsOf(office, tx, list.rows) }
}

/** Rows of a list and what it takes to describe them. */
export type QueueRows = Pick<QueuePage, 'rows' | 'organisation' | 'packs'>

/**
 * A whole list, a few hundred rows at a time, for whoever takes it away as a file. Each part is read on a snapshot of
 * its own, so that a slow connection holds nothing open: a case that is moved on meanwhile may be there twice or not.
 */
export async function* readQueue(office: Office, actor: Actor, query: QueueQuery): AsyncGenerator<QueueRows> {
  const { pool, tenant, clock } = office
  // As on the page: what is finished owes nothing.
  if (query.stage === 'finished' && (query.tab === 'overdue' || query.due !== undefined)) return
  const now = clock.now()
  let after: Key | undefined
  do {
    const read = await inSnapshot(pool, tenant.id, async tx => {
      const organisation = await findOrganisation(pool, tx)
      const scope = scopeOf(actor, organisation)
      const words = await findWords(tx, query.words)
      if (words === 'nothing') return undefined
      const part = partOf(tx.tenant, { query, scope, organisation, now, size: pageSize }, words)
      const size = Math.max(pageSize, Math.min(500, Math.floor(readAtOnce / branchCount(part))))
      const look = Math.max(4 * part.look, size + 1)
      const { matches, edge } = await walk(tx, { ...part, look }, after, bothParts, size)
      const rows = matches.slice(0, size)
      const next = matches.length > size ? keyOf(rows.at(-1)) : edge
      return { next, rows, organisation, packs: await packsOf(office, tx, rows) }
    })
    if (!read) return
    after = read.next
    if (read.rows.length > 0) yield read
  } while (after)
}

// Of each unit a whole part is looked at, whichever unit the rows then come from.
const readAtOnce = 20_000

async function packsOf(office: Office, tx: Tx, rows: readonly Match[]): Promise<QueuePage['packs']> {
  const keys = [...new Set(rows.map(row => `${row.pack_id}@${row.pack_version}`))]
  const known = keys.map(async key => {
    const pack = findPack(key)
    const calendar = await findCalendar(office.pool, tx, pack.calendar)
    return [key, { pack, timing: timingOf(pack, calendar, office.tenant.timeZone) }] as const
  })
  return new Map(await Promise.all(known))
}

type Wanted = {
  query: QueueQuery
  scope: Scope
  organisation: Organisation
  now: Temporal.Instant
  /** Rows of a page. */
  size: number
}
type List = Omit<QueuePage, 'counts' | 'organisation' | 'packs'>

async function findList(tx: Tx, wanted: Wanted): Promise<List> {
  const { query, size } = wanted
  // What is finished owes nothing, so it is never late; looking for it would mean to read all that is finished.
  if (query.stage === 'finished' && (query.tab === 'overdue' || query.due !== undefined)) return { rows: [] }
  const words = await findWords(tx, query.words)
  if (words === 'nothing') return { rows: [], nothingToSearch: true }
  const part = partOf(tx.tenant, wanted, words)
  const { from } = query
  if (!from?.before) return forward(tx, part, from?.key, size)
  const back = await backward(tx, part, from.key, size)
  // At the very start a whole page is shown rather than the few rows before where one came from.
  return back ?? forward(tx, part, undefined, size)
}

async function forward(tx: Tx, part: Scan, after: Key | undefined, size: number): Promise<List> {
  const { matches, edge } = await walk(tx, part, after, bothParts, size)
  const rows = matches.slice(0, size)
  const next = matches.length > size ? keyOf(rows.at(-1)) : edge
  const previous = after && (keyOf(rows[0]) ?? after)
  return { rows, next, previous, ...(matches.length <= size && edge && { partial: true }) }
}

async function backward(tx: Tx, part: Scan, before: Key, size: number): Promise<List | undefined> {
  const turned = { ...part, descending: !part.descending }
  const { matches, edge } = await walk(tx, turned, before, ['undated', 'dated'], size)
  if (matches.length <= size && !edge) return undefined
  const rows = matches.slice(0, size).toReversed()
  const previous = matches.length > size ? keyOf(rows[0]) : edge
  return {
    rows,
    previous,
    next: keyOf(rows.at(-1)) ?? before,
    ...(matches.length <= size && { partial: true }),
  }
}

const bothParts = ['dated', 'undated'] as const

/** Goes through the dated and the undated part of a list, in the order given, until a page of `size` rows is full. */
async function walk(
  tx: Tx,
  part: Scan,
  after: Key | undefined,
  order: readonly ('dated' | 'undated')[],
  size: number,
): Promise<{ matches: Match[]; edge?: Key }> {
  const parts = part.sort !== 'due_at' || part.dueBefore ? (['dated'] as const) : order
  const start = after?.value === null ? 'undated' : 'dated'
  const matches: Match[] = []
  for (const name of parts.slice(after ? Math.max(0, parts.indexOf(start)) : 0)) {
    const here = after && name === start ? after : undefined
    const limit = size + 1 - matches.length
    const rows = await tx.all(scan({ ...part, undated: name === 'undated', after: here, limit }))
    matches.push(...rows.filter(row => row.id !== null))
    const [first] = rows
    const full = matches.length > size
    if (!full && first?.edge_id) return { matches, edge: { value: first.edge_key, id: first.edge_id } }
    if (full) break
  }
  return { matches }
}

/** What a list asks of the scan: whose cases, which filters, and how far to look for them. */
function partOf(tenant: number, { query, scope, organisation, now, size }: Wanted, words: Words): Scan {
  const { tab, stage, unit, due } = query
  const within = unit === undefined ? undefined : unitsBelow(unit, organisation)
  const everything = scope.whole && tab !== 'mine' && tab !== 'units'
  const own = everything ? [...organisation.units.keys()] : tab === 'mine' ? [] : scope.units
  const units = within ? own.filter(id => within.includes(id)) : own
  const filters = [...filtersOf(query), ...(typeof words === 'object' && 'each' in words ? [words.each] : [])]
  const among = typeof words === 'object' && 'among' in words ? words.among : undefined
  const part: Scan = {
    tenant,
    scope,
    units,
    everything: everything && !within,
    // A unit's own index takes some 25 µs to get into; the cases of the other half are passed over in less.
    wide: units.length > 8 && units.length * 2 >= organisation.units.size,
    receiving: !everything && (tab === 'units' || tab === 'all' || tab === 'overdue'),
    named: !everything && (tab === 'mine' || tab === 'all' || tab === 'overdue'),
    within,
    among,
    open: stage !== 'finished',
    unassigned: tab === 'unassigned',
    sort: columns[query.sort],
    descending: query.descending,
    undated: false,
    dueBefore: earlier(
      tab === 'overdue' ? lateBefore(now) : undefined,
      due === undefined ? undefined : now.add({ hours: 24 * due }),
    ),
    filters,
    look: size + 1,
    limit: size + 1,
  }
  if (among) return { ...part, look: among.length + 1 }
  if (filters.length === 0) return part
  return { ...part, look: Math.max(40, size + 1, Math.floor(lookedAt / branchCount(part))) }
}

// How many cases one page looks at for filters and words; at a million cases that takes some 15 ms.
const lookedAt = 4000

const columns: Record<Sort, SortColumn> = { due: 'due_at', filed: 'filed_at', number: 'number' }

function filtersOf({ stage, kind, category, channel }: QueueQuery): Expression<SqlBool>[] {
  const filters: Expression<SqlBool>[] = []
  if (stage !== undefined && stage !== 'finished') filters.push(sql`scanned.status = ${stage}`)
  if (kind !== undefined) filters.push(sql`scanned.kind = ${kind}`)
  if (category !== undefined) filters.push(sql`scanned.category = ${category}`)
  if (channel !== undefined) filters.push(sql`scanned.channel = ${channel}`)
  return filters
}

/** The cases with these words where they are few; else what each case is asked. */
type Words = undefined | { among: string[] } | { each: Expression<SqlBool> }

// At a million cases so many matches are read in some 15 ms.
const fewMatches = 1000

async function findWords(tx: Tx, typed: string | undefined): Promise<Words | 'nothing'> {
  if (typed === undefined) return undefined
  const question = searchQuery(typed)
  if (!question) return 'nothing'
  const { found } = await tx.one(
    sqlQuery(
      sql<{ found: string[] | null }>`select find_case_texts(${question}, ${fewMatches}::integer) as found`,
    ),
  )
  if (found) return { among: found }
  return {
    each: sql<SqlBool>`exists (select from case_texts where case_texts.tenant_id = ${tx.tenant}::integer
      and case_texts.case_id = scanned.id and case_texts.words @@ ${question})`,
  }
}

function unitsBelow(id: string, { units }: Organisation): string[] {
  return [...units.values()].filter(unit => unit.path.includes(id)).map(unit => unit.id)
}

/** What is due before this is late: a due time is kept within its whole last second. Times have milliseconds. */
function lateBefore(now: Temporal.Instant): Temporal.Instant {
  return now.subtract({ milliseconds: 999 })
}

function earlier(
  a: Temporal.Instant | undefined,
  b: Temporal.Instant | undefined,
): Temporal.Instant | undefined {
  if (!a || !b) return a ?? b
  return Temporal.Instant.compare(a, b) < 0 ? a : b
}

const keyOf = (match: Match | undefined): Key | undefined => match && { value: match.key, id: match.id }
