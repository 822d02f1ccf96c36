import { recordOnOrganisation } from '../org/actions.ts'
import type { Query } from '../platform/database/query.ts'
import type { Office } from '../platform/office.ts'
import type { Author } from '../platform/stream.ts'

/** What is written on the organisation's chain about sign-in: staff ids and numbers, never a name or an address. */
export type SignInEvent =
  | { type: 'identity.sign-in-failures'; data: { staffId: string | null; failures: number } }
  | { type: 'identity.link-issued'; data: { staffId: string; by: 'administrator' | 'e-mail' | 'command' } }
  | { type: 'identity.password-set'; data: { staffId: string; by: 'link' | 'self' | 'command' | 'set-up' } }
  | { type: 'identity.two-step-on'; data: { staffId: string } }
  | { type: 'identity.two-step-off'; data: { staffId: string; by: 'self' | 'administrator' } }
  | { type: 'identity.recovery-codes-renewed'; data: { staffId: string } }
  | { type: 'identity.recovery-code-used'; data: { staffId: string } }

/** Writes an event about sign-in; `author` is the member of staff who did it, or a named part of the system. */
export function record(
  office: Office,
  author: string | Author,
  event: SignInEvent,
  writes: readonly Query[] = [],
): Promise<void> {
  const by: Author = typeof author === 'string' ? { kind: 'staff', id: author } : author
  return recordOnOrganisation(office, by, event, () => writes)
}

/** The author of what sign-in itself does, while nobody is signed in. */
export const signInSystem: Author = { kind: 'system', name: 'sign-in' }
