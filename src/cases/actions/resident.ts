import type { Office } from '../../platform/office.ts'
import { decideAgree, decideRate, decideReopen, decideWithdraw } from '../rules/answering.ts'
import type { FileFacts } from '../rules/filing.ts'
import { decideGiveInformation } from '../rules/handling.ts'
import { decideAskReview } from '../rules/reviewing.ts'
import type { CaseState } from '../rules/state.ts'
import { decideAddDocuments, decideSendMessage } from '../rules/talking.ts'
import { type ChangeOptions, changeCase } from './change-case.ts'

// What residents do to their own case. The route has checked the receipt code, or the link sent to their address.

type On = { id: string } & Pick<ChangeOptions, 'idempotencyKey' | 'at' | 'writes'>

/** Writes to the institution; where it had asked for information, this is the answer to that. */
export function writeToInstitution(
  office: Office,
  on: On,
  input: { text: string; files: readonly FileFacts[] },
): Promise<CaseState> {
  return changeCase(
    office,
    'resident',
    on.id,
    (state, context) =>
      state.status === 'awaiting-resident'
        ? decideGiveInformation(state, input.text, input.files, context)
        : decideSendMessage('resident', input.text, input.files),
    on,
  )
}

/** Adds documents to one's case. */
export function addOwnDocuments(office: Office, on: On, files: readonly FileFacts[]): Promise<CaseState> {
  return changeCase(office, 'resident', on.id, () => decideAddDocuments('resident', files), on)
}

/** Is satisfied with the answer, with a rating of 1 to 5 if one was given. */
export function agree(office: Office, on: On, rating: number | null): Promise<CaseState> {
  return changeCase(office, 'resident', on.id, (state, context) => decideAgree(state, rating, context), on)
}

/** Rates how the institution did, 1 to 5. */
export function rate(office: Office, on: On, rating: number): Promise<CaseState> {
  return changeCase(office, 'resident', on.id, state => decideRate(state, rating), on)
}

/** Asks for a review, or after that for the final one. */
export function askReview(office: Office, on: On, reason: string): Promise<CaseState> {
  return changeCase(
    office,
    'resident',
    on.id,
    (state, context) => decideAskReview(state, reason, context),
    on,
  )
}

/** Opens a closed case again. */
export function reopen(office: Office, on: On, text: string): Promise<CaseState> {
  return changeCase(office, 'resident', on.id, (state, context) => decideReopen(state, text, context), on)
}

/** Gives the calendar of a case a new address; the one before shows nothing any more. */
export function renewCalendar(office: Office, on: On): Promise<CaseState> {
  return changeCase(
    office,
    'resident',
    on.id,
    () => ({ events: [{ type: 'calendar.renewed', data: {} }] }),
    on,
  )
}

/** Takes a case back. */
export function withdraw(office: Office, on: On, text: string): Promise<CaseState> {
  return changeCase(office, 'resident', on.id, (state, context) => decideWithdraw(state, text, context), on)
}
