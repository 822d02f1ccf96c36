import { isAPIError } from 'better-auth/api'
import type { Actor } from '../../org/may.ts'
import { BadInput } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { takeCode } from '../attempts.ts'
import { authOf, type IdentityParts } from '../auth.ts'
import { record } from '../record.ts'
import { forgetSessions, type Session } from '../sessions.ts'
import { deletePending, deleteSessions } from '../store.ts'
import { refuseWeak } from './links.ts'

/** Who is changing their own account, in which session. */
export type Own = { actor: Actor; email: string; session: Session; headers: Headers }

/** Changes one's own password and ends one's other sessions. @returns cookies to send on. */
export async function changePassword(
  parts: IdentityParts,
  office: Office,
  { actor, email, session, headers }: Own,
  { current, password }: { current: string; password: string },
): Promise<Headers> {
  refuseWeak(office, { name: actor.name, email }, password)
  const body = { currentPassword: current, newPassword: password, revokeOtherSessions: true }
  const { headers: cookies } = await withPassword(
    'current',
    authOf(parts).api.changePassword({ body, headers, returnHeaders: true }),
  )
  forgetSessions(parts, session.accountId)
  await deletePending(parts, session.accountId)
  const data = { staffId: actor.staffId, by: 'self' } as const
  await record(office, actor.staffId, { type: 'identity.password-set', data })
  return cookies
}

/** What an authenticator app is set up with. */
export type TwoStepOffer = { uri: string; recoveryCodes: string[] }

/** Begins to switch the second step on; it is on once a first code was right. */
export async function offerTwoStep(
  parts: IdentityParts,
  office: Office,
  { email, headers }: Own,
  password: string,
): Promise<TwoStepOffer> {
  const body = { password, method: 'totp' } as const
  const response = await withPassword('password', authOf(parts).api.enableTwoFactor({ body, headers }))
  if (response.method !== 'totp') throw new Error('an authenticator app was asked for')
  const uri = labelled(response.totpURI, office.tenant.name[office.tenant.language], email)
  return { uri, recoveryCodes: response.backupCodes }
}

// The library names the account by what it knows it as; the app should say the institution and the person's address.
function labelled(uri: string, institution: string, email: string): string {
  const parameters = new URL(uri).searchParams
  parameters.set('issuer', institution)
  const label = `${encodeURIComponent(institution)}:${encodeURIComponent(email)}`
  return `otpauth://totp/${label}?${parameters.toString().replaceAll('+', '%20')}`
}

/** Switches the second step on by a first code from the app. @returns cookies to send on. */
export async function confirmTwoStep(
  parts: IdentityParts,
  office: Office,
  { actor, session, headers }: Own,
  code: string,
): Promise<Headers> {
  const digits = code.replace(/\s/g, '')
  const body = { code: digits }
  try {
    const { headers: cookies } = await authOf(parts).api.verifyTOTP({ body, headers, returnHeaders: true })
    // Whoever saw it being typed cannot sign in with it.
    await takeCode(parts, session.accountId, digits, office.clock.now())
    forgetSessions(parts, session.accountId)
    const data = { staffId: actor.staffId }
    await record(office, actor.staffId, { type: 'identity.two-step-on', data })
    return cookies
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    throw new BadInput([{ field: 'totp', text: 'identity.two-step.wrong-code' }])
  }
}

/** Switches the second step off. @returns cookies to send on. */
export async function endTwoStep(
  parts: IdentityParts,
  office: Office,
  { actor, session, headers }: Own,
  password: string,
): Promise<Headers> {
  const { headers: cookies } = await withPassword(
    'password',
    authOf(parts).api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }),
  )
  forgetSessions(parts, session.accountId)
  const data = { staffId: actor.staffId, by: 'self' } as const
  await record(office, actor.staffId, { type: 'identity.two-step-off', data })
  return cookies
}

/** Replaces the recovery codes; the old ones stop working. */
export async function renewRecoveryCodes(
  parts: IdentityParts,
  office: Office,
  { actor, headers }: Own,
  password: string,
): Promise<string[]> {
  const { backupCodes } = await withPassword(
    'password',
    authOf(parts).api.generateBackupCodes({ body: { password }, headers }),
  )
  const data = { staffId: actor.staffId }
  await record(office, actor.staffId, { type: 'identity.recovery-codes-renewed', data })
  return backupCodes
}

/** Ends one of one's own sessions, such as one left open at a desk. */
export async function endSession(parts: IdentityParts, { session }: Own, sessionId: string): Promise<void> {
  await deleteSessions(parts, session.accountId, sessionId)
  forgetSessions(parts, session.accountId)
}

async function withPassword<R>(field: string, work: Promise<R>): Promise<R> {
  try {
    return await work
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    throw new BadInput([{ field, text: 'identity.account.wrong-password' }])
  }
}
