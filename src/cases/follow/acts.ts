import { decideAgree, decideRate, decideReopen, decideWithdraw } from '../rules/answering.ts'
import { type Context, type Decision, isRefusal, type Refusal } from '../rules/decision.ts'
import { decideGiveInformation } from '../rules/handling.ts'
import { decideAskReview, nextTier } from '../rules/reviewing.ts'
import type { CaseState } from '../rules/state.ts'
import { decideSendMessage } from '../rules/talking.ts'

/** What residents do to their own case; also the last part of the address of its page. */
const acts = ['message', 'agree', 'review', 'rate', 'reopen', 'withdraw'] as const
export type Act = (typeof acts)[number]

/** Whether a word in an address names one. */
export const isAct = (text: string): text is Act => (acts as readonly string[]).includes(text)

/**
 * Why an act is refused as the case stands; undefined where it would go through. The rules themselves are asked, with
 * words in place of those not typed yet, so that a page never offers what they would refuse.
 */
export function refusalOf(act: Act, state: CaseState, context: Context): Refusal | undefined {
  const decision = tries[act](state, context)
  return isRefusal(decision) ? decision : undefined
}

const anyText = '…'

const tries: Record<Act, (state: CaseState, context: Context) => Decision> = {
  message: (state, context) =>
    state.status === 'awaiting-resident'
      ? decideGiveInformation(state, anyText, [], context)
      : decideSendMessage('resident', anyText, []),
  agree: (state, context) => decideAgree(state, null, context),
  review: (state, context) => decideAskReview(state, anyText, context),
  rate: state => decideRate(state, 5),
  reopen: (state, context) => decideReopen(state, anyText, context),
  withdraw: (state, context) => decideWithdraw(state, '', context),
}

/** What the resident may do now. */
export function offersOf(state: CaseState, context: Context): ReadonlySet<Act> {
  return new Set(acts.filter(act => refusalOf(act, state, context) === undefined))
}

/** Which look asking for review leads to, for its name on the button. */
export function reviewTier(state: CaseState): 'review' | 'final-review' {
  return nextTier(state) ?? 'review'
}
