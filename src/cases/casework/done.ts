import type { TextKey } from '../../platform/i18n/text-key.ts'
import { type StaffAction, staffActions } from '../allowed-actions.ts'

/** What a page says after an act, by the act's name; identities are shown, not announced. */
export const doneTexts: Readonly<Record<string, TextKey>> = Object.fromEntries(
  staffActions.flatMap(action => (action === 'open-identity' ? [] : [[action, doneText(action)]])),
)

function doneText(action: Exclude<StaffAction, 'open-identity'>): TextKey {
  return `staff.done.${action}`
}
