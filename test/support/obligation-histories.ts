import fc from 'fast-check'
import { builtInCalendar } from '../../src/obligations/built-in-calendars.ts'
import type { WorkingCalendar } from '../../src/obligations/calendar.ts'
import {
  applyStages,
  type Change,
  cancel,
  evolveObligations,
  extend,
  isRefused,
  markTold,
  meet,
  nextLook,
  type Obligation,
  openObligation,
  pause,
  type Refusal,
  recompute,
  resume,
  type Stage,
  type Timing,
  timingOf,
} from '../../src/obligations/rules.ts'
import { loadPacks } from '../../src/packs/load.ts'
import type { DeadlineRule, Length } from '../../src/packs/schema.ts'

// Random lives of one obligation under the rules of every pack, for properties over them.

/** Every pack, by id and version. */
export const packs = loadPacks()
const rules = [...packs.values()].flatMap(pack =>
  pack.deadlines.map(
    rule => [rule, timingOf(pack, builtInCalendar(pack.calendar), 'Asia/Shanghai')] as const,
  ),
)
const cnPack = packs.get('cn-2022@1')
if (cnPack === undefined) throw new Error('no pack')
const published = builtInCalendar('cn')
/** The rules of time of the Regulations of 2022, with the calendar that is built in. */
export const cn = timingOf(cnPack, published, 'Asia/Shanghai')
/** An instant by the clock on a wall in Shanghai. */
export const at = (text: string) =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()

/** Five working days that the institution owes; the window of art. 23 is as long but is the unit's own. */
export const FIVE = 'five-days'

/** A deadline of the Regulations, by its id. */
export function rule(id: string): DeadlineRule {
  if (id === FIVE) return { ...rule('object'), id: FIVE, owedBy: 'institution' }
  const found = cnPack?.deadlines.find(one => one.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

/** The obligation after a change that must not be refused. */
export function done(change: Change | Refusal): Obligation {
  if (isRefused(change)) throw new Error(change.refused)
  return change.obligation
}

/** The rules of time after more days off were announced. */
export function withHolidays(
  dates: string[],
  version = 'changed',
  base: WorkingCalendar = published,
): Timing {
  const years = structuredClone(base.years)
  for (const date of dates) {
    const year = years[date.slice(0, 4)] ?? { holidays: [], makeup: [] }
    years[date.slice(0, 4)] = year
    year.holidays.push({ date, name: { en: 'A day off', 'zh-CN': '放假' } })
  }
  return { ...cn, calendar: { ...base, version, years } }
}

type Command =
  | { do: 'wait'; minutes: number }
  | { do: 'look' | 'resume' | 'meet' | 'tell' | 'jump-to-look' }
  | { do: 'cancel'; because: string }
  | { do: 'pause'; cause: 'information' | 'hearing'; planned: number }
  | { do: 'extend'; n: number; reason: boolean }
  | { do: 'recompute'; calendar: number }

const CALENDARS: ((timing: Timing) => Timing)[] = [
  timing => timing,
  timing => ({ ...timing, calendar: { ...builtInCalendar('cn', [2025, 2026]), version: 'two-years' } }),
  timing => ({
    ...timing,
    calendar: withHolidays(['2026-03-09', '2026-03-10', '2026-04-14', '2027-01-01']).calendar,
  }),
  timing => ({
    ...timing,
    calendar: { ...builtInCalendar('none'), published: 'listed', version: 'nothing known' },
  }),
]

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      minutes: fc.integer({ min: -5000, max: 60_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('resume' as const, 'tell' as const, 'jump-to-look' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('meet' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), because: fc.constant('withdrawn') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pause' as const),
      cause: fc.constantFrom('information' as const, 'hearing' as const),
      planned: fc.integer({ min: 0, max: 100_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('extend' as const),
      n: fc.integer({ min: 1, max: 31 }),
      reason: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('recompute' as const), calendar: fc.nat({ max: 3 }) }),
  },
)

/** A random life: under which rule, whether its date was told, when it began and what happened. */
export const history = fc.record({
  which: fc.nat({ max: rules.length - 1 }),
  told: fc.boolean(),
  // From March into December, so that some clocks run into a year that no calendar here knows.
  start: fc.integer({ min: 0, max: 420_000 }).map(minutes => at('2026-03-01T08:00').add({ minutes })),
  commands: fc.array(command, { maxLength: 25 }),
})

type Seen = {
  before: Obligation
  after: Obligation
  command: Command
  refused: boolean
  now: Temporal.Instant
}

/** Lives it: the obligation at the end, as its events give it too, and every step between. */
export function live(given: { which: number; told: boolean; start: Temporal.Instant; commands: Command[] }) {
  const [deadline, base] = rules[given.which] ?? rules[0] ?? ([rule('answer'), cn] as const)
  let timing = base
  let now = given.start
  const opened = openObligation(deadline, { id: 'o', trigger: now, told: given.told }, timing)
  let obligation = freeze(opened.obligation)
  let list = evolveObligations([], opened.events[0] ?? never())
  const reached: Stage[] = []
  const seen: Seen[] = []
  for (const command of given.commands) {
    const before = obligation
    if (command.do === 'wait') now = now.add({ minutes: command.minutes })
    if (command.do === 'recompute') timing = CALENDARS[command.calendar]?.(base) ?? base
    if (command.do === 'jump-to-look') now = nextLook(before) ?? now
    const change = carryOut(command, before, deadline, timing, now)
    const refused = isRefused(change)
    if (!refused) {
      if ('reached' in change) reached.push(...(change.reached as Stage[]))
      for (const event of change.events) list = evolveObligations(list, event)
      obligation = freeze(change.obligation)
    }
    seen.push({ before, after: obligation, command, refused, now })
  }
  return { deadline, timing, obligation, list, reached, seen, now }
}

function carryOut(
  command: Command,
  obligation: Obligation,
  deadline: DeadlineRule,
  timing: Timing,
  now: Temporal.Instant,
): Change | Refusal {
  switch (command.do) {
    case 'wait':
      return { obligation, events: [] }
    case 'look':
    case 'jump-to-look':
      return applyStages(obligation, now)
    case 'resume':
      return resume(obligation, deadline, { now }, timing)
    case 'tell':
      return markTold(obligation, now)
    case 'meet':
      return meet(obligation, now)
    case 'cancel':
      return cancel(obligation, { now, because: command.because })
    case 'pause': {
      const until = now.add({ minutes: command.planned })
      return pause(obligation, deadline, { cause: command.cause, now, until }, timing)
    }
    case 'extend': {
      const length: Length = { n: command.n, unit: deadline.extension?.max.unit ?? 'calendarDay' }
      return extend(obligation, deadline, { length, now, by: 's1', reasonGiven: command.reason }, timing)
    }
    case 'recompute':
      return recompute(obligation, deadline, { now }, timing)
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner)
    Object.freeze(value)
  }
  return value
}

function never(): never {
  throw new Error('an opening without an event')
}
