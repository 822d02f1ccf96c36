import type { Action, Actor } from '../../org/may.ts'
import type { Length } from '../../packs/schema.ts'
import type { Office } from '../../platform/office.ts'
import { caseActions } from '../permissions.ts'
import { receiverOf, resourceOf } from '../reads.ts'
import {
  type DecisionText,
  decideAnswer,
  decideCorrectAnswer,
  decideReportRemedy,
} from '../rules/answering.ts'
import type { FileFacts } from '../rules/filing.ts'
import {
  decideAccept,
  decideAskInformation,
  decideAssign,
  decideConfirmRedirect,
  decideDecline,
  decideExtend,
  decideProposeRedirect,
  decideRefuseRedirect,
} from '../rules/handling.ts'
import { decideBeginHearing, decideEndHearing, decideReview } from '../rules/reviewing.ts'
import type { CaseState } from '../rules/state.ts'
import { decideAddDocuments, decideAddNote, decideRecuse, decideSendMessage } from '../rules/talking.ts'
import { type ChangeOptions, changeCase } from './change-case.ts'

/** The case, and what the page had seen of it. */
type On = { id: string } & ChangeOptions

const as = (actor: Actor, action: Action) => ({ actor, action, on: resourceOf })

/** Takes a case in hand; whoever accepts it owns it unless somebody does. */
export function acceptCase(office: Office, actor: Actor, on: On): Promise<CaseState> {
  return changeCase(
    office,
    as(actor, caseActions.accept),
    on.id,
    (state, context) => decideAccept(state, actor.staffId, context),
    on,
  )
}

/** Does not accept a case, with the pack's reason; signed by the official who declines. */
export function declineCase(
  office: Office,
  actor: Actor,
  on: On,
  input: { reason: string; text: string },
): Promise<CaseState> {
  const signed = { ...input, leadId: actor.staffId }
  return changeCase(
    office,
    as(actor, caseActions.decline),
    on.id,
    (state, context) => decideDecline(state, signed, context),
    on,
  )
}

/** Says that a case belongs to another unit. */
export function proposeRedirect(
  office: Office,
  actor: Actor,
  on: On,
  input: { to: string; reason: string; text: string },
): Promise<CaseState> {
  return changeCase(
    office,
    as(actor, caseActions.redirect),
    on.id,
    (state, context) => decideProposeRedirect(state, input, context),
    on,
  )
}

/** The receiving unit takes the case over. */
export function confirmRedirect(office: Office, actor: Actor, on: On): Promise<CaseState> {
  const by = { actor, action: caseActions.receiveRedirect, on: receiverOf }
  return changeCase(office, by, on.id, decideConfirmRedirect, on)
}

/** The receiving unit says that it is not theirs either. */
export function refuseRedirect(
  office: Office,
  actor: Actor,
  on: On,
  input: { text: string },
): Promise<CaseState> {
  const by = { actor, action: caseActions.receiveRedirect, on: receiverOf }
  return changeCase(
    office,
    by,
    on.id,
    (state, context) => decideRefuseRedirect(state, input.text, context),
    on,
  )
}

/** Names who works a case and who answers for it. */
export function assignCase(
  office: Office,
  actor: Actor,
  on: On,
  input: { ownerId: string | null; leadId: string | null },
): Promise<CaseState> {
  return changeCase(
    office,
    as(actor, caseActions.assign),
    on.id,
    (state, context) => decideAssign(state, input, context),
    on,
  )
}

/** Asks the resident for information. */
export function askInformation(
  office: Office,
  actor: Actor,
  on: On,
  input: { text: string },
): Promise<CaseState> {
  const by = as(actor, caseActions.askInformation)
  return changeCase(
    office,
    by,
    on.id,
    (state, context) => decideAskInformation(state, input.text, context),
    on,
  )
}

/** Extends the time for the answer, once. */
export function extendAnswer(
  office: Office,
  actor: Actor,
  on: On,
  input: { length: Length; reason: string },
): Promise<CaseState> {
  const granted = { ...input, by: actor.staffId }
  return changeCase(
    office,
    as(actor, caseActions.extend),
    on.id,
    (state, context) => decideExtend(state, granted, context),
    on,
  )
}

/** Answers a case; the official who answers signs. */
export function answerCase(office: Office, actor: Actor, on: On, input: DecisionText): Promise<CaseState> {
  const signed = { ...input, leadId: actor.staffId }
  return changeCase(
    office,
    as(actor, caseActions.answer),
    on.id,
    (state, context) => decideAnswer(state, signed, context),
    on,
  )
}

/** Corrects the answer that stands, beside it. */
export function correctAnswer(
  office: Office,
  actor: Actor,
  on: On,
  input: DecisionText & { why: string },
): Promise<CaseState> {
  const signed = { ...input, leadId: actor.staffId }
  const by = as(actor, caseActions.answer)
  return changeCase(office, by, on.id, (state, context) => decideCorrectAnswer(state, signed, context), on)
}

/** Reports that a promised remedy was carried out. */
export function reportRemedy(
  office: Office,
  actor: Actor,
  on: On,
  input: { text: string },
): Promise<CaseState> {
  const by = as(actor, caseActions.reportRemedy)
  return changeCase(office, by, on.id, (state, context) => decideReportRemedy(state, input.text, context), on)
}

/** Decides a review. */
export function reviewCase(
  office: Office,
  actor: Actor,
  on: On,
  input: DecisionText & { verdict: 'upheld' | 'changed' | 'sent-back' },
): Promise<CaseState> {
  const signed = { ...input, leadId: actor.staffId }
  const by = as(actor, caseActions.decideReview)
  return changeCase(office, by, on.id, (state, context) => decideReview(state, signed, context), on)
}

/** Begins a hearing in a review. */
export function beginHearing(
  office: Office,
  actor: Actor,
  on: On,
  input: { until: Temporal.Instant },
): Promise<CaseState> {
  const by = as(actor, caseActions.hearing)
  return changeCase(
    office,
    by,
    on.id,
    (state, context) => decideBeginHearing(state, input.until, context),
    on,
  )
}

/** Ends a hearing. */
export function endHearing(office: Office, actor: Actor, on: On): Promise<CaseState> {
  return changeCase(office, as(actor, caseActions.hearing), on.id, decideEndHearing, on)
}

/** Writes to the resident. */
export function sendMessage(
  office: Office,
  actor: Actor,
  on: On,
  input: { text: string; files: readonly FileFacts[] },
): Promise<CaseState> {
  const by = as(actor, caseActions.sendMessage)
  return changeCase(office, by, on.id, () => decideSendMessage('staff', input.text, input.files), on)
}

/** Writes a note for those who work the case. */
export function addNote(office: Office, actor: Actor, on: On, input: { text: string }): Promise<CaseState> {
  return changeCase(office, as(actor, caseActions.addNote), on.id, () => decideAddNote(input.text), on)
}

/** Adds documents to a case. */
export function addDocuments(
  office: Office,
  actor: Actor,
  on: On,
  files: readonly FileFacts[],
): Promise<CaseState> {
  return changeCase(
    office,
    as(actor, caseActions.addDocument),
    on.id,
    () => decideAddDocuments('staff', files),
    on,
  )
}

/** Adds units or officials that the case is about; they lose every part in it. */
export function recuse(
  office: Office,
  actor: Actor,
  on: On,
  input: { units: readonly string[]; staff: readonly string[]; text: string },
): Promise<CaseState> {
  return changeCase(
    office,
    as(actor, caseActions.recuse),
    on.id,
    (state, context) => decideRecuse(state, input, context),
    on,
  )
}
