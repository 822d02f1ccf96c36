import type { StaffAction } from '../allowed-actions.ts'
import type { AnyAct } from './act.ts'
import { answer, correct, remedyDone, review } from './acts/deciding.ts'
import {
  accept,
  askInformationAct,
  assign,
  confirmRedirectAct,
  decline,
  proposeRedirectAct,
  refuseRedirectAct,
} from './acts/handling.ts'
import { documents, message, note, recuse } from './acts/talking.ts'
import { beginHearingAct, endHearingAct, extend } from './acts/time.ts'

/** The form of everything staff do to a case, but for opening an identity, whose result is shown and kept nowhere. */
export const acts: Readonly<Record<Exclude<StaffAction, 'open-identity'>, AnyAct>> = {
  'confirm-redirect': confirmRedirectAct,
  'refuse-redirect': refuseRedirectAct,
  accept,
  answer,
  'decide-review': review,
  'report-remedy': remedyDone,
  'ask-information': askInformationAct,
  'send-message': message,
  assign,
  extend,
  'begin-hearing': beginHearingAct,
  'end-hearing': endHearingAct,
  'propose-redirect': proposeRedirectAct,
  decline,
  'correct-answer': correct,
  'add-note': note,
  'add-document': documents,
  recuse,
}
