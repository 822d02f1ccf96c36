import type { Organisation } from '../../org/reads.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { cancelClocks } from './clocks.ts'
import { type Context, type Decision, notNow } from './decision.ts'
import { documentAdded, type FileFacts, stateAfter } from './filing.ts'
import { headOf, isAbout, reviewUnit, route } from './routing.ts'
import { type CaseState, standingAnswer } from './state.ts'

/** A message between the resident and the institution; it changes no status and stops no clock. */
export function decideSendMessage(
  from: 'resident' | 'staff',
  text: string,
  files: readonly FileFacts[],
): Decision {
  const documents = files.map(file => documentAdded(from, file))
  return { events: [{ type: 'message.sent', data: { from }, sealed: { text } }, ...documents] }
}

/** A note among those who work the case; the resident does not see it, the record does. */
export function decideAddNote(text: string): Decision {
  return { events: [{ type: 'note.added', data: {}, sealed: { text } }] }
}

/** Adds documents to the case. */
export function decideAddDocuments(from: 'resident' | 'staff', files: readonly FileFacts[]): Decision {
  const [first, ...rest] = files.map(file => documentAdded(from, file))
  return first ? { events: [first, ...rest] } : { refused: 'cases.refused.no-file', field: 'files' }
}

/** Opens the resident's identity for a stated purpose; the resident sees who, when and why (promise 6). */
export function decideOpenIdentity(state: CaseState, staffId: string, purpose: string): Decision {
  if (state.protection === 'anonymous') return { refused: 'cases.refused.anonymous' }
  if (purpose.trim() === '') return { refused: 'cases.refused.reason-required', field: 'text' }
  return { events: [{ type: 'identity.opened', data: { staffId }, sealed: { purpose } }] }
}

/**
 * Adds units or officials that the case turns out to be about. They lose every part in it at once: it moves to a unit
 * that is free, and its owner and lead with it.
 * Source: Regulations on Letters and Visits 2022, art. 28; promise 9.
 */
export function decideRecuse(
  state: CaseState,
  input: { units: readonly string[]; staff: readonly string[]; text: string },
  context: Context,
): Decision {
  const refusal = notNow('recuse', state)
  if (refusal) return refusal
  const { organisation, pack } = context
  if (input.units.length + input.staff.length === 0)
    return { refused: 'cases.refused.nobody-named', field: 'staff' }
  const added: NewEvent = {
    type: 'recusal.added',
    data: { aboutUnits: [...input.units], aboutStaff: [...input.staff] },
    sealed: { text: input.text },
  }
  const after = stateAfter(state, [added], context)
  const unit = organisation.units.get(after.unitId)
  const concerned = (id: string | null) => id !== null && after.aboutStaff.includes(id)
  const cancelled = cancelClocks(state, ['confirm-redirect'], 'recused', context)
  if (unit && !isAbout(unit, after.aboutUnits)) {
    const receiver = organisation.units.get(after.redirect?.to ?? '')
    const events: [NewEvent, ...NewEvent[]] = [added]
    if (receiver && isAbout(receiver, after.aboutUnits))
      events.push({ type: 'redirect.ended', data: { because: 'recused' } }, ...cancelled)
    if (!concerned(after.ownerId) && !concerned(after.leadId)) return { events }
    const ownerId = concerned(after.ownerId) ? null : after.ownerId
    const leadId = concerned(after.leadId)
      ? (headOf(after.unitId, organisation, after.aboutStaff) ?? null)
      : after.leadId
    return { events: [...events, { type: 'case.assigned', data: { ownerId, leadId } }] }
  }
  const category = pack.categories.find(one => one.code === state.category)
  const question = {
    function: category?.function ?? '',
    address: '',
    aboutUnits: after.aboutUnits,
    retaliation: state.retaliation,
  }
  const unitId = reviewerInstead(state, after, organisation) ?? route(question, organisation)?.unitId
  if (!unitId) return { refused: 'cases.refused.nobody-free', field: 'units' }
  return { events: [added, recusedTo(unitId, state, after, organisation), ...cancelled] }
}

/** Who reviews in the place of a reviewer that the case is about: the next one up without a part in it, else any such. */
function reviewerInstead(
  state: CaseState,
  { aboutUnits }: CaseState,
  organisation: Organisation,
): string | undefined {
  if (state.status !== 'under-review') return undefined
  const from = standingAnswer(state)?.unitId ?? state.handledBy[0] ?? state.unitId
  const higher = reviewUnit(from, state.handledBy, aboutUnits, organisation)
  if (higher) return higher
  const others = [...organisation.units.values()].toSorted((a, b) => a.path.length - b.path.length)
  return others.find(one => one.active && !isAbout(one, aboutUnits) && !state.handledBy.includes(one.id))?.id
}

function recusedTo(
  unitId: string,
  before: CaseState,
  after: CaseState,
  organisation: Organisation,
): NewEvent {
  const barred = [
    ...after.aboutStaff,
    ...(before.status === 'under-review' ? before.answers.map(one => one.leadId) : []),
  ]
  const leadId = headOf(unitId, organisation, barred) ?? null
  return {
    type: 'case.routed',
    data: { unitId, leadId, why: { rule: 'recused', passedOver: [before.unitId] } },
  }
}
