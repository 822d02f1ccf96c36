import type { CaseToImport } from '../cases/actions/import-cases.ts'
import { findCategory } from '../packs/rules.ts'
import type { Kind, Pack } from '../packs/schema.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { TextKey } from '../platform/i18n/text-key.ts'
import { v8 } from '../platform/uuid.ts'
import { type DateReader, dateReader } from './date-format.ts'
import type { CHOSEN_REFUSALS, Mapping, Part, Words } from './mapping.ts'
import { compared, plainValue } from './values.ts'

/** Why a row does not become a case: the column that has to be mended, and the text key that says how. */
export type RowFault = { column: string; text: TextKey; values?: Record<string, string | number> }

/** A row as a case, still without its unit; or everything that is wrong with it. */
export type RowRead =
  | { case: CaseToImport; unit: { code: string; name: string } | undefined }
  | { faults: RowFault[] }

/** A category of the rules, and the kind of case where a name says that too. */
export type CategoryChoice = { category: string; kind?: Kind | undefined }

/** What rows are read by, besides the mapping. */
export type Reading = {
  tenant: number
  pack: Pack
  now: Temporal.Instant
  /** The language of whoever reads what is wrong. */
  lang: Lang
  /** The category that a name stands for, besides those the mapping lists. */
  findCategory(name: string): CategoryChoice | undefined
  /** Moves every date by so many days: the demo brings an old file up to its own weeks. */
  shiftDays?: number
}

/** A reader of the rows of one file; `columns` is its first line. Pure. */
export function rowReader(
  mapping: Mapping,
  columns: readonly string[],
  reading: Reading,
): (row: readonly string[]) => RowRead {
  const at = new Map(columns.map((column, index) => [column, index]))
  const readDate = dateReader(mapping.dates.format, mapping.dates.timeZone)
  const statuses = someStatuses(mapping.status?.values ?? {}, reading.lang)
  const made = { ...reading, readDate, statuses }
  return row => {
    const get = (column: string) => plainValue(mapping, row[at.get(column) ?? -1])
    return readRow(mapping, get, made)
  }
}

type Standing = 'filed' | 'in-hand' | 'closed'
type Get = (column: string) => string
type Made = Reading & { readDate: DateReader; statuses: string }

function readRow(mapping: Mapping, get: Get, reading: Made): RowRead {
  const faults: RowFault[] = []
  const key = get(mapping.key)
  const what = wordsOf(mapping.what, get)
  if (!key) faults.push({ column: mapping.key, text: 'exchange.row.no-key' })
  if (!what) faults.push({ column: firstColumn(mapping.what), text: 'exchange.row.no-text' })
  const dates = datesOf(mapping, get, reading, faults)
  const status = statusOf(mapping, get, dates?.closed, reading.statuses, faults)
  const about = categoryOf(mapping, get, reading, faults)
  const pin = pinOf(mapping, get, faults)
  if (faults.length > 0 || !dates) return { faults }
  const address = mapping.place.address ? wordsOf(mapping.place.address, get) : ''
  return {
    case: {
      id: v8(`import/${reading.tenant}/${mapping.id}/${key}`),
      key,
      ...about,
      language: mapping.language,
      what,
      place: { address, ...(pin && { pin }) },
      filedAt: dates.created,
      standing: standingOf(mapping, get, status, dates.closed, reading.pack),
    },
    unit: unitOf(mapping, get),
  }
}

function datesOf(
  { dates, refuse }: Mapping,
  get: Get,
  { now, pack, readDate, shiftDays = 0 }: Made,
  faults: RowFault[],
): { created: Temporal.Instant; closed: Temporal.Instant | undefined } | undefined {
  const read = (column: string, required: boolean) => {
    const text = get(column)
    if (!text && !required) return undefined
    const date = readDate(text)?.add({ hours: 24 * shiftDays })
    if (!text) faults.push({ column, text: 'exchange.row.no-date' })
    else if (!date)
      faults.push({ column, text: 'exchange.row.date', values: { value: text, format: dates.format } })
    else if (isBefore(now, date))
      faults.push({ column, text: 'exchange.row.future', values: { value: text } })
    else return date
    return undefined
  }
  const created = read(dates.created, true)
  const closed = dates.closed === undefined ? undefined : read(dates.closed, false)
  if (!created) return undefined
  if (dates.closed === undefined) return { created, closed }
  if (closed && isBefore(closed, created)) {
    if (!refuses(refuse, 'closed-before-created')) return { created, closed: created }
    const values = { created: get(dates.created), closed: get(dates.closed) }
    faults.push({ column: dates.closed, text: 'exchange.row.closed-before-created', values })
  }
  if (closed && refuses(refuse, 'past-retention') && isKeptNoLonger(closed, now, pack))
    faults.push({
      column: dates.closed,
      text: 'exchange.row.past-retention',
      values: { years: pack.retention.years },
    })
  return { created, closed }
}

function statusOf(
  { status, dates, refuse }: Mapping,
  get: Get,
  closed: Temporal.Instant | undefined,
  statuses: string,
  faults: RowFault[],
): Standing {
  const value = status ? get(status.column) : ''
  // An empty one says as little as a file without such a column.
  if (!status || (value === '' && status.values[''] === undefined)) return closed ? 'closed' : 'in-hand'
  const known = status.values[value] ?? standingCalled(status.values, value)
  if (!known && refuses(refuse, 'unknown-status')) {
    const values = { value, known: statuses }
    faults.push({ column: status.column, text: 'exchange.row.status', values })
  }
  const standing = known ?? status.otherwise
  if (standing !== 'closed' || closed) return standing
  if (dates.closed !== undefined && !get(dates.closed) && refuses(refuse, 'closed-without-date'))
    faults.push({ column: dates.closed, text: 'exchange.row.closed-without-date' })
  return 'in-hand'
}

// Looked up this way only where the value is not listed as it stands, so it may be slow once and is remembered.
const standings = new WeakMap<object, Map<string, Standing>>()

function standingCalled(values: Record<string, Standing>, value: string) {
  const known =
    standings.get(values) ?? new Map(Object.entries(values).map(([name, one]) => [compared(name), one]))
  standings.set(values, known)
  return known.get(compared(value))
}

/** What stands for each standing, in the writing of a language where there is such a word: a few words, not the list. */
function someStatuses(values: Record<string, Standing>, lang: Lang): string {
  const isWritten = (name: string) => /\p{Script=Han}/u.test(name) === (lang === 'zh-CN')
  const few = (['filed', 'in-hand', 'closed'] as const).flatMap(standing => {
    const names = Object.keys(values).filter(name => name && values[name] === standing)
    return names.find(isWritten) ?? names.slice(0, 1)
  })
  return new Intl.ListFormat(lang, { type: 'disjunction' }).format(few)
}

function standingOf(
  { answer, language }: Mapping,
  get: Get,
  status: Standing,
  at: Temporal.Instant | undefined,
  pack: Pack,
): CaseToImport['standing'] {
  const text = answer.text === undefined ? '' : get(answer.text)
  if (status !== 'closed' || !at)
    return { status: status === 'filed' ? 'filed' : 'in-hand', ...(text && { note: text }) }
  const favour = answer.outcomes.find(one => text.includes(one.contains))?.inFavour ?? answer.otherwise
  return { status, at, text: text || answer.without[language], outcome: outcomeOf(pack, favour) }
}

/** The pack's first outcome of this tendency; where it has none, the one that only explains. */
function outcomeOf({ outcomes }: Pack, favour: 'yes' | 'partly' | 'no' | 'explained'): string {
  const found = [favour, 'explained'].map(wanted => outcomes.find(one => one.inFavour === wanted))
  return (found.find(one => one !== undefined) ?? outcomes[0])?.code ?? ''
}

function categoryOf(
  { category, refuse }: Mapping,
  get: Get,
  { pack, findCategory: findByName }: Reading,
  faults: RowFault[],
): { category: string; kind: Kind } {
  const { column, values } = category
  const value = column === undefined ? '' : get(column)
  const known = values[value] ?? (value ? findByName(value) : undefined)
  if (column !== undefined && value && !known && refuses(refuse, 'unknown-category'))
    faults.push({ column, text: 'exchange.row.category', values: { value } })
  const wanted = known ?? category.otherwise
  const found = findCategory(pack, wanted.category) ?? findCategory(pack, category.otherwise.category)
  const kinds = found?.kinds ?? []
  const kind = [wanted.kind, 'grievance' as const].find(one => one !== undefined && kinds.includes(one))
  return { category: found?.code ?? wanted.category, kind: kind ?? kinds[0] ?? 'grievance' }
}

function unitOf({ unit }: Mapping, get: Get): { code: string; name: string } | undefined {
  const code = unit && get(unit.column)
  return code ? { code, name: get(unit.name) || code } : undefined
}

function pinOf(
  { place: { pin } }: Mapping,
  get: Get,
  faults: RowFault[],
): { latitude: number; longitude: number } | undefined {
  if (!pin || (!get(pin.latitude) && !get(pin.longitude))) return undefined
  const degrees = (name: 'latitude' | 'longitude', most: number) => {
    const value = get(pin[name])
    const number = value ? Number(value) : Number.NaN
    const column = pin[name]
    if (!value) faults.push({ column, text: `exchange.row.no-${name}` })
    else if (!(Math.abs(number) <= most))
      faults.push({ column, text: `exchange.row.${name}`, values: { value } })
    return number
  }
  const [latitude, longitude] = [degrees('latitude', 90), degrees('longitude', 180)]
  const { south, west, north, east } = pin.within
  const isWithin = latitude >= south && latitude <= north && longitude >= west && longitude <= east
  return isWithin ? { latitude, longitude } : undefined
}

function firstColumn({ parts: [first = ''] }: Words): string {
  if (typeof first === 'string') return first
  const [column = ''] = 'all' in first ? first.all : first.firstOf
  return typeof column === 'string' ? column : (column.all[0] ?? '')
}

function wordsOf(words: Words, get: Get): string {
  return words.parts
    .map(part => partOf(part, get))
    .filter(Boolean)
    .join(words.with)
}

function partOf(part: Part, get: Get): string {
  if (typeof part === 'string') return get(part)
  if ('firstOf' in part) return part.firstOf.map(one => partOf(one, get)).find(Boolean) ?? ''
  const values = part.all.map(get)
  return values.every(Boolean) ? values.join(part.with) : ''
}

function refuses(chosen: Mapping['refuse'], one: (typeof CHOSEN_REFUSALS)[number]): boolean {
  return chosen.includes(one)
}

function isKeptNoLonger(closed: Temporal.Instant, now: Temporal.Instant, pack: Pack): boolean {
  return isBefore(closed.add({ hours: 24 * 365.25 * pack.retention.years }), now)
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0
}
