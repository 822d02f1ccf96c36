import type { Actor } from '../../org/may.ts'
import { parseCaseNumber } from '../../platform/case-number.ts'
import { isUuid } from '../../platform/uuid.ts'
import type { Channel } from '../rules/state.ts'
import { type Tab, tabs } from './counts.ts'
import type { Key } from './scan.ts'

/** What a list is sorted by, as its address says it. */
export const sorts = ['due', 'filed', 'number'] as const
export type Sort = (typeof sorts)[number]

/** Where a case stands, as one may filter by: its status, or that nothing is to be done any more. */
export const stages = [
  'filed',
  'redirecting',
  'in-hand',
  'awaiting-resident',
  'answered',
  'declined',
  'under-review',
  'closed',
  'finished',
] as const
export type StageFilter = (typeof stages)[number]

/** Within how many days something is due, as one may filter by. */
export const dueWithin = [1, 3, 7, 14, 30] as const

/** How a case came in, as one may filter by. */
export const channels: readonly Channel[] = ['web', 'visit', 'phone', 'open311', 'import']

/** A list of cases as its address describes it. */
export type QueueQuery = {
  tab: Tab
  sort: Sort
  descending: boolean
  stage?: StageFilter | undefined
  category?: string | undefined
  kind?: string | undefined
  unit?: string | undefined
  channel?: Channel | undefined
  due?: number | undefined
  /** Words to search for, as typed. */
  words?: string | undefined
  /** The row after which, or before which, this page of the list is. */
  from?: { key: Key; before: boolean } | undefined
}

/** What of an address is not understood, for who would rather be told. */
export function misreadIn(query: Record<string, string>): { name: string; value: string } | undefined {
  const read = new URLSearchParams(queueAddress(parseQueueQuery(query)).split('?')[1])
  for (const [name, value] of Object.entries(query))
    if (value.trim() !== '' && read.get(name) !== value.trim() && !(name === 'sort' && value === 'due'))
      return { name, value }
  return undefined
}

/** Reads an address; what is not understood is left out, so that an old or mistyped address still shows a list. */
export function parseQueueQuery(query: unknown, actor?: Actor): QueueQuery {
  const text = (name: string) => {
    const value = (query as Record<string, unknown>)[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined
  }
  const stage = oneOf(stages, text('status'))
  const typed = text('sort') ?? (stage === 'finished' ? '-filed' : 'due')
  // What is finished is due no more.
  const sort = oneOf(sorts, typed.replace(/^-/, '')) ?? 'due'
  const shown = stage === 'finished' && sort === 'due' ? 'filed' : sort
  const unit = text('unit')
  const code = (name: string) => (/^[a-z0-9-]+$/.test(text(name) ?? '') ? text(name) : undefined)
  return {
    tab: oneOf(tabs, text('tab')) ?? firstTab(actor),
    sort: shown,
    descending: typed.startsWith('-'),
    stage,
    category: code('category'),
    kind: code('kind'),
    unit: unit && isUuid(unit) ? unit : undefined,
    channel: oneOf(channels, text('channel')),
    due: dueWithin.find(days => String(days) === text('due')),
    words: text('q'),
    from: parseFrom(shown, text('after'), false) ?? parseFrom(shown, text('before'), true),
  }
}

/** The address of a list. A change other than of the page begins again at the first page. */
export function queueAddress(query: QueueQuery, changes: Partial<QueueQuery> = {}): string {
  const { tab, sort, descending, stage, category, kind, unit, channel, due, words, from } = {
    ...query,
    from: undefined,
    ...changes,
  }
  const parameters = new URLSearchParams({ tab })
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined) parameters.set(name, String(value))
  }
  set('status', stage)
  set('category', category)
  set('kind', kind)
  set('unit', unit)
  set('channel', channel)
  set('due', due)
  set('q', words)
  if (sort !== 'due' || descending) set('sort', `${descending ? '-' : ''}${sort}`)
  if (from) set(from.before ? 'before' : 'after', `${from.key.value ?? 'none'}~${from.key.id}`)
  return `/cases?${parameters}`
}

/** The case number that was typed into the search field, if it was one. */
export const typedNumber = (words: string | undefined) =>
  words !== undefined && /^[\d\s\p{Pd}]+$/u.test(words.normalize('NFKC')) ? parseCaseNumber(words) : undefined

/** Where an actor begins: those who work cases with their own, those who watch with all they are to watch. */
function firstTab(actor: Actor | undefined): Tab {
  if (!actor) return 'all'
  const roles = actor.grants.map(grant => grant.role)
  if (roles.some(role => ['case-officer', 'lead', 'unit-head'].includes(role))) return 'mine'
  return roles.includes('auditor') ? 'all' : 'units'
}

function parseFrom(sort: Sort, text: string | undefined, before: boolean): QueueQuery['from'] {
  const [, typed = '', id = ''] = /^([^~]+)~(.+)$/.exec(text ?? '') ?? []
  if (!isUuid(id)) return undefined
  const value = sort === 'number' ? typed : typed === 'none' && sort === 'due' ? null : instant(typed)
  return value === undefined ? undefined : { key: { value, id }, before }
}

function instant(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text)
  } catch {
    return undefined
  }
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined): T | undefined {
  return known.find(one => one === text)
}
