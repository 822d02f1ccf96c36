import { nextLook } from '../../obligations/rules.ts'
import { anyOf, q } from '../../platform/database/query.ts'
import type { Tx } from '../../platform/database/tx.ts'
import type { Log } from '../../platform/log.ts'
import type { Office } from '../../platform/office.ts'
import { type Change, type Job, perform } from '../../platform/perform.ts'
import type { CaseState } from '../rules/state.ts'
import { type Alarm, decideTick } from '../rules/ticking.ts'
import { changeOf, contextsFor, type LockedCase, lockCases } from './many-cases.ts'

/** What the job `send-alarm` is given: a clock of a case that reached a stage, and the staff who are told. */
export type AlarmPayload = { tenant: number; caseId: string } & Alarm

/** What one pass did. */
export type PassReport = { cases: number; alarms: number; failed: string[] }

/**
 * Takes every clock of a tenant that has come due to its next step: warns, marks the breach, escalates, reminds, closes.
 * Whatever the batch size, each case that is due is visited once in the pass; one whose rules fail is named and left
 * out, and never holds up the others. Costs by what is due, not by what is open: the index on `next_look_at` is all it
 * reads of the rest.
 */
export async function runDeadlinePass(office: Office, log: Log, batchSize = 200): Promise<PassReport> {
  const report: PassReport = { cases: 0, alarms: 0, failed: [] }
  // What was handled is due no more; the rest would come up in every batch, so it is left for the next pass.
  const leftBehind = new Set<string>()
  const visited = new Set<string>()
  for (;;) {
    const batch = await perform(office, { kind: 'system', name: 'clock' }, async (tx, now) => {
      const due = await findDue(tx, now, [...leftBehind], batchSize)
      const cases = await lockCases(
        office,
        tx,
        due.filter(id => !visited.has(id)),
      )
      const ticked = await tickAll(office, tx, cases, now, log)
      return { result: { due, ...ticked }, changes: ticked.changes, jobs: ticked.jobs }
    })
    if (batch.due.length === 0) return report
    const handled = new Set(batch.changes.map(change => change.stream.id))
    for (const id of batch.due) if (visited.has(id) || !handled.has(id)) leftBehind.add(id)
    for (const id of handled) visited.add(id)
    report.cases += handled.size
    report.alarms += batch.alarms
    report.failed.push(...batch.failed)
  }
}

async function tickAll(
  office: Office,
  tx: Tx,
  cases: readonly LockedCase[],
  now: Temporal.Instant,
  log: Log,
) {
  const contexts = await contextsFor(office, tx, cases, now)
  const changes: Change[] = []
  const jobs: Job[] = []
  const failed: string[] = []
  let alarms = 0
  for (const one of cases) {
    try {
      const context = contexts.get(one.state.pack)
      if (!context) throw new Error(`no context for ${one.state.pack}`)
      const tick = decideTick(one.state, context)
      const [first, ...rest] = tick.events
      if (!first) {
        if (isDue(one.state, now)) throw new Error('due, but its clocks have nothing to do')
        continue
      }
      const { change, jobs: notices } = changeOf(tx, one, [first, ...rest], context)
      changes.push(change)
      jobs.push(...notices, ...tick.alarms.map(alarm => alarmJob(tx.tenant, one.state.id, alarm)))
      alarms += tick.alarms.length
    } catch (error) {
      log.error(
        { err: error, caseId: one.state.id, tenant: tx.tenant },
        'a case was left out of the deadline pass',
      )
      failed.push(one.state.id)
    }
  }
  return { changes, jobs, alarms, failed }
}

// Between being found due and its lock somebody may have answered a case, or another worker come by.
function isDue({ obligations }: CaseState, now: Temporal.Instant): boolean {
  return obligations.some(one => {
    const next = nextLook(one)
    return next !== undefined && Temporal.Instant.compare(next, now) <= 0
  })
}

function alarmJob(tenant: number, caseId: string, alarm: Alarm): Job {
  const payload: AlarmPayload = { tenant, caseId, ...alarm }
  return { task: 'send-alarm', payload }
}

/** The cases whose clocks have a next step by now, earliest first. */
async function findDue(
  tx: Tx,
  now: Temporal.Instant,
  leftBehind: string[],
  limit: number,
): Promise<string[]> {
  const rows = await tx.all(
    q
      .selectFrom('obligations')
      .select('stream_id')
      .where('tenant_id', '=', tx.tenant)
      .where('next_look_at', '<=', now)
      .where(eb => eb.not(eb('stream_id', '=', anyOf(leftBehind))))
      .orderBy('next_look_at')
      .limit(limit),
  )
  return [...new Set(rows.map(row => row.stream_id))]
}
