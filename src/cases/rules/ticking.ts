import { escalationTargets, type OrgSnapshot } from '../../obligations/escalation.ts'
import { applyStages, type Stage } from '../../obligations/rules.ts'
import type { Organisation } from '../../org/reads.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { decideCloseBySilence } from './answering.ts'
import { type Context, type Decision, isRefusal } from './decision.ts'
import { stateAfter } from './filing.ts'
import { decideLapseInformation } from './handling.ts'
import type { CaseState } from './state.ts'

/** A stage of an institution's clock that was reached, and the officials who are told. */
export type Alarm = { obligationId: string; stage: Stage; staffIds: string[] }

/** What the passing of time comes to in one case. No events where nothing has come due. */
export type Tick = { events: NewEvent[]; alarms: Alarm[] }

/** Takes every step that the clocks of a case have come to by now, and what follows from it for the case. */
export function decideTick(state: CaseState, context: Context): Tick {
  const events: NewEvent[] = []
  const alarms: Alarm[] = []
  const reached = new Set<string>()
  for (const one of state.obligations) {
    const look = applyStages(one, context.now)
    for (const event of look.events) {
      const { stage } = event.data
      if (stage === undefined || one.owedBy !== 'institution') {
        events.push(event)
        continue
      }
      const staffIds = escalationTargets(stage, state, snapshotOf(context.organisation))
      alarms.push({ obligationId: one.id, stage, staffIds })
      events.push({ type: event.type, data: { ...event.data, told: staffIds } })
    }
    for (const stage of look.reached) reached.add(`${one.kind} ${stage}`)
    if (look.events.some(event => event.type === 'obligation.resumed')) reached.add('pause over')
  }
  if (events.length === 0) return { events, alarms }
  const follow = (decide: (state: CaseState, context: Context) => Decision) => {
    const decision = decide(stateAfter(state, events, context), context)
    if (!isRefusal(decision)) events.push(...decision.events)
  }
  if (
    reached.has('information lapsed') ||
    (reached.has('pause over') && state.status === 'awaiting-resident')
  )
    follow(decideLapseInformation)
  const reminded = reached.has('silence reminder-1') || reached.has('silence reminder-2')
  if (reminded && !reached.has('silence lapsed'))
    events.push({ type: 'reminder.sent', data: { no: state.reminders + 1 } })
  if (reached.has('silence lapsed')) follow(decideCloseBySilence)
  return { events, alarms }
}

const snapshots = new WeakMap<Organisation, OrgSnapshot>()

/** The organisation as far as escalation needs it. */
function snapshotOf(organisation: Organisation): OrgSnapshot {
  const known = snapshots.get(organisation)
  if (known) return known
  const officers = [...organisation.officers.values()]
  const snapshot: OrgSnapshot = {
    units: [...organisation.units.values()],
    grants: officers.flatMap(({ id, grants }) =>
      grants.map(({ role, unitId }) => ({ staffId: id, role, unitId })),
    ),
    staff: officers.filter(officer => officer.active).map(officer => officer.id),
  }
  snapshots.set(organisation, snapshot)
  return snapshot
}
