import { runDeadlinePass } from '../src/cases/actions/deadline-pass.ts'
import { fileCase } from '../src/cases/actions/file-case.ts'
import { type MovableClock, movableClock } from '../src/platform/clock.ts'
import type { Office } from '../src/platform/office.ts'
import { v7 } from '../src/platform/uuid.ts'
import type { Bench } from './support/bench.ts'
import type { Figure, Line } from './support/figure.ts'
import { median, ms } from './support/numbers.ts'
import { randomNumbers, write } from './support/texts.ts'
import type { Town } from './support/town.ts'

/** A Monday morning in Shanghai. To acknowledge a case two working days are given, until the end of Wednesday. */
const filed = Temporal.Instant.from('2026-03-02T01:00:00Z')
const warning = Temporal.Instant.from('2026-03-03T10:00:00Z')
const breach = Temporal.Instant.from('2026-03-04T16:00:30Z')

/** The pass over the clocks of open cases: nothing due, and many due at once, among a million that are open. */
export const deadlines: Figure = async bench => {
  const town = await bench.town('deadlines')
  const clock = movableClock(filed.toString())
  const office = { ...town.office, clock }
  const [due, alone] = bench.quick ? [500, 100] : [10_000, 1_000]

  await fileAtOnce(office, alone)
  const few = await pass(town, office, clock, warning, alone)
  clock.set(filed)
  await fileAtOnce(office, due - alone)
  await addOpenClocks(bench, town)
  // Those that were warned already are not due again before they breach.
  const idle: number[] = []
  for (let time = 0; time < 20; time++) idle.push(await pass(town, office, clock, filed, 0))
  const warned = await pass(town, office, clock, warning, due - alone)
  const breached = await pass(town, office, clock, breach, due)
  return report(bench, { due, alone, few, idle, warned, breached })
}

type Measured = {
  due: number
  alone: number
  few: number
  idle: number[]
  warned: number
  breached: number
}

function report(bench: Bench, { due, alone, few, idle, warned, breached }: Measured): Line[] {
  const open = bench.large.toLocaleString('en')
  const many = due.toLocaleString('en')
  const perCase = warned / (due - alone)
  return [
    {
      figure: `deadline pass, ${open} open obligations, ${many} of them overdue at once`,
      bar: '≤ 20 s',
      measured: `${(breached / 1000).toFixed(1)} s (two steps and two alarms each)`,
      reached: breached <= 20_000,
    },
    {
      figure: 'the same, a first warning each',
      measured: `${ms(perCase)} a case; without the other obligations ${ms(few / alone)}`,
      ratio: perCase / (few / alone),
    },
    { figure: 'the same, nothing due', measured: ms(median(idle)) },
  ]
}

async function pass(
  town: Town,
  office: Office,
  clock: MovableClock,
  at: Temporal.Instant,
  expected: number,
): Promise<number> {
  clock.set(at)
  const began = performance.now()
  const { cases, failed } = await runDeadlinePass(office, town.parts.log)
  const took = performance.now() - began
  if (failed.length > 0 || cases !== expected)
    throw new Error(`the pass took ${cases} cases and failed at ${failed.length}, not ${expected}`)
  return took
}

async function fileAtOnce(office: Office, count: number): Promise<void> {
  const random = randomNumbers(count)
  let left = count
  const work = async () => {
    while (left-- > 0) {
      const { language, category, what, wanted, address } = write(random)
      const filing = {
        id: v7(),
        kind: 'grievance' as const,
        category,
        channel: 'web' as const,
        language,
        what,
        wanted,
        place: { address },
        protection: 'anonymous' as const,
        about: { units: [], staff: [], named: '', retaliation: false },
        files: [],
      }
      await fileCase(office, { kind: 'resident' }, filing, { receiptSecret: v7() })
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
}

/** Rows of clocks that run and have nothing to do for weeks, until there are a million (fewer where it is quick). */
async function addOpenClocks(bench: Bench, { owner }: Town): Promise<void> {
  await owner.query(
    `insert into obligations (tenant_id, stream_id, id, kind, owed_by, status, due_at, provisional, calendar_version, next_look_at)
     select 1, uuidv7(), 'answer-1', 'answer', 'institution', 'open', $2::timestamptz + interval '30 days' + interval '1 second' * i,
       false, 'weekdays-1', $2::timestamptz + interval '14 days' + interval '1 second' * i
     from generate_series(1, $1::integer - (select count(*) from obligations where status = 'open')::integer) as i`,
    [bench.large, filed.toString()],
  )
  await owner.query('vacuum (analyze) obligations')
}
