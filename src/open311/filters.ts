import { BadInput, type Fault } from '../platform/errors.ts'
import type { Args } from './args.ts'
import { edgeOfDay, readInstant } from './dates.ts'
import type { RequestQuery, Span } from './reads.ts'
import type { UpdateQuery } from './updates.ts'

/** Most requests, or updates, of one answer, and as many as there are where nobody says how many. */
const most = 1000
/** Longest span of one question, in days. */
const longest = 90

/** When and where it is asked, and whether by a key: without one a span reaches over whole days, as what is told does. */
export type Asking = { now: Temporal.Instant; timeZone: string; hasKey: boolean }

/**
 * Which requests are asked for. Numbers override everything else. Without a date the last 90 days are meant, of filing or,
 * where only changes were asked for, of those.
 * @throws BadInput
 */
export function readRequestQuery(args: Args, asking: Asking): RequestQuery {
  const { now, timeZone } = asking
  const faults: Fault[] = []
  const numbers = args.all('service_request_id').length > 0 ? args.listed('service_request_id') : undefined
  const page = readPage(args, faults)
  if (numbers) {
    refuse(faults)
    return { numbers: numbers.slice(0, most), services: [], ...page, offset: 0, limit: most }
  }
  const updated = readSpan(args, ['updated_after', 'updated_before'], { now, timeZone, faults })
  const filed = readSpan(args, ['start_date', 'end_date'], { now, timeZone, faults })
  const statuses = new Set(args.listed('status').map(status => status.toLowerCase()))
  const unknown = [...statuses].find(status => status !== 'open' && status !== 'closed')
  if (unknown !== undefined)
    faults.push({ field: 'status', text: 'open311.fault.status', values: { status: unknown.slice(0, 40) } })
  refuse(faults)
  const span = filed ?? (updated ? undefined : lastDays(now))
  return {
    services: args.listed('service_code'),
    ...(statuses.size === 1 && { closed: statuses.has('closed') }),
    ...(span && { filed: told(span, asking) }),
    ...(updated && { updated: told(updated, asking) }),
    ...page,
  }
}

/**
 * Which updates are asked for; without a date those of the last 90 days.
 * @throws BadInput
 */
export function readUpdateQuery(args: Args, asking: Asking): UpdateQuery {
  const { now, timeZone } = asking
  const faults: Fault[] = []
  const at = readSpan(args, ['start_date', 'end_date'], { now, timeZone, faults }) ?? lastDays(now)
  const page = readPage(args, faults)
  refuse(faults)
  const numbers = args.listed('service_request_id')
  return { at: told(at, asking), ...page, ...(numbers.length > 0 && { numbers: numbers.slice(0, most) }) }
}

// Else the time of day could be found out by asking again and again.
function told({ from, to }: Span, { timeZone, hasKey }: Asking): Span {
  if (hasKey) return { from, to }
  return { from: edgeOfDay(from, timeZone, 'start'), to: edgeOfDay(to, timeZone, 'end') }
}

function lastDays(now: Temporal.Instant): Span {
  return { from: now.subtract({ hours: longest * 24 }), to: now }
}

type Reading = { now: Temporal.Instant; timeZone: string; faults: Fault[] }

/** A span; one with a single end reaches 90 days from there. Undefined where neither was said, or where it is faulty. */
function readSpan(
  args: Args,
  [first, last]: readonly [string, string],
  { now, timeZone, faults }: Reading,
): Span | undefined {
  const read = (name: string, edge: 'start' | 'end') => {
    const typed = args.get(name)
    const instant = typed === undefined ? undefined : readInstant(typed, timeZone, edge)
    if (typed !== undefined && !instant)
      faults.push({ field: name, text: 'open311.fault.date', values: { name } })
    return instant
  }
  const from = read(first, 'start')
  const to = read(last, 'end')
  if (!from && !to) return undefined
  const span = longest * 24
  if (from && to) {
    // A span whose last day the clocks were set back on is an hour longer than its days.
    if (to.since(from).total('hours') > span + 25) {
      faults.push({ field: last, text: 'open311.fault.span', values: { first, last, days: longest } })
    }
    return { from, to }
  }
  if (from) return { from, to: earliest(from.add({ hours: span }), now) }
  return { from: (to ?? now).subtract({ hours: span }), to: to ?? now }
}

function earliest(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b
}

function readPage(args: Args, faults: Fault[]): { limit: number; offset: number } {
  const read = (name: string, usual: number) => {
    const typed = args.get(name)
    if (typed === undefined) return usual
    if (/^[1-9]\d{0,6}$/.test(typed)) return Number(typed)
    faults.push({ field: name, text: 'open311.fault.page', values: { name } })
    return usual
  }
  const limit = Math.min(read('page_size', most), most)
  return { limit, offset: (read('page', 1) - 1) * limit }
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new BadInput(faults)
}
