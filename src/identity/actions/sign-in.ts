import { isAPIError } from 'better-auth/api'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { beginAttempt, freeFailures, takeCode } from '../attempts.ts'
import { authOf, type IdentityParts } from '../auth.ts'
import { findStaffByEmail, findStaffOfAccount, normalEmail } from '../reads.ts'
import { record, signInSystem } from '../record.ts'
import { readRecoveryCode } from '../recovery-codes.ts'
import { signInName } from '../store.ts'

/** How an attempt ended. `cookies` are to be sent on. One failed attempt looks like any other. */
export type SignIn =
  | { kind: 'failed' }
  | { kind: 'code'; cookies: Headers }
  | { kind: 'signed-in'; cookies: Headers; accountId: string }

type Input = {
  email: string
  password: string
  address: string
  headers: Headers
  /** What failures are counted under: the account, or the browser where the account knows it. */
  countedAs: string
}

/** The name under which attempts at an account are counted, whether or not there is one. */
export const attemptsAt = (office: Office, email: string): string =>
  `${office.tenant.id} ${normalEmail(email)}`

/** Nobody's account: looking at it costs what looking at a real one costs. */
const nobody = signInName('nobody')

/**
 * Tries e-mail address and password at one tenant. Unknown, wrong, ended and "must wait" are one answer after the
 * same work: a count, a look-up, one hash.
 */
export async function signIn(parts: IdentityParts, office: Office, input: Input): Promise<SignIn> {
  const { tenant, clock } = office
  const { countedAs: account, address } = input
  const attempt = await beginAttempt(parts, { account, address }, clock.now())
  const staff = await inSnapshot(office.pool, tenant.id, tx => findStaffByEmail(tx, input.email))
  const email = attempt.refused || !staff?.accountId ? nobody : signInName(staff.accountId)
  const outcome = await check(parts, email, input)
  if (!outcome) {
    // Written for unknown addresses too: it is worth knowing, and leaving it out would show in the time taken.
    if (isBurst(attempt.failures) && !attempt.refused) {
      const data = { staffId: staff?.id ?? null, failures: attempt.failures }
      await record(office, signInSystem, { type: 'identity.sign-in-failures', data })
    }
    return { kind: 'failed' }
  }
  await attempt.succeeded()
  return outcome
}

// The first that has to wait, then every fifth: a guesser cannot fill the record.
const isBurst = (failures: number): boolean => failures > freeFailures && (failures - freeFailures) % 5 === 1

async function check(parts: IdentityParts, email: string, input: Input): Promise<SignIn | undefined> {
  const { headers, password } = input
  try {
    const body = { email, password }
    const { headers: cookies, response } = await authOf(parts).api.signInEmail({
      body,
      headers,
      returnHeaders: true,
    })
    if ('twoFactorRedirect' in response) return { kind: 'code', cookies }
    return { kind: 'signed-in', cookies, accountId: response.user.id }
  } catch (error) {
    if (isAPIError(error) && error.statusCode < 500) return undefined
    throw error
  }
}

/** How the second step ended; `over`: it has to be begun again with the password. */
export type SecondStep = { kind: 'failed' } | { kind: 'over' } | Extract<SignIn, { kind: 'signed-in' }>

/** Tries the code of the second step: six digits from the phone, or a recovery code. */
export async function enterCode(
  parts: IdentityParts,
  office: Office,
  { code, address, headers }: { code: string; address: string; headers: Headers },
): Promise<SecondStep> {
  const attempt = await beginAttempt(parts, { address }, office.clock.now())
  if (attempt.refused) return { kind: 'failed' }
  const digits = code.replace(/\s/g, '')
  const isTotp = /^\d{6}$/.test(digits)
  try {
    const { api } = authOf(parts)
    const { headers: cookies, response } = isTotp
      ? await api.verifyTOTP({ body: { code: digits }, headers, returnHeaders: true })
      : await api.verifyBackupCode({ body: { code: readRecoveryCode(code) }, headers, returnHeaders: true })
    await attempt.succeeded()
    const accountId = response.user.id
    if (isTotp && !(await takeCode(parts, accountId, digits, office.clock.now()))) {
      if (response.token) await (await authOf(parts).$context).internalAdapter.deleteSession(response.token)
      return { kind: 'over' }
    }
    if (!isTotp) {
      const staff = await inSnapshot(office.pool, office.tenant.id, tx => findStaffOfAccount(tx, accountId))
      const event = {
        type: 'identity.recovery-code-used',
        data: { staffId: staff?.id ?? accountId },
      } as const
      await record(office, signInSystem, event)
    }
    return { kind: 'signed-in', cookies, accountId }
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    const again = ['INVALID_CODE', 'INVALID_BACKUP_CODE'].includes(String(error.body?.code))
    return { kind: again ? 'failed' : 'over' }
  }
}
