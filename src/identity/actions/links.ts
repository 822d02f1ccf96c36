import { randomBytes } from 'node:crypto'
import { isAPIError } from 'better-auth/api'
import type { Actor } from '../../org/may.ts'
import { may } from '../../org/may.ts'
import { orgActions } from '../../org/permissions.ts'
import { readOrganisation } from '../../org/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, NotAllowed, NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { forgiveAccount } from '../attempts.ts'
import { authOf, type IdentityParts } from '../auth.ts'
import { passwordFault } from '../passwords.ts'
import { findStaffOfAccount } from '../reads.ts'
import { record, signInSystem } from '../record.ts'
import { forgetSessions } from '../sessions.ts'
import { deletePending, deleteSessions, deleteTwoStep, insertAccount, linkAccount } from '../store.ts'
import { attemptsAt } from './sign-in.ts'

/** Who asks for a link: an administrator, the person by e-mail, or the command line. */
export type LinkIssuer = Actor | 'e-mail' | 'command'

// Handed over in person or read from a mailbox some days later, against asked for a moment ago.
const lifeMs = { administrator: 7 * 24 * 3_600_000, command: 7 * 24 * 3_600_000, 'e-mail': 3_600_000 }

/**
 * Makes the one-time link with which a member of staff chooses their password; earlier ones stop working.
 * @returns the path and query of the link.
 */
export async function issueLink(
  parts: IdentityParts,
  office: Office,
  issuer: LinkIssuer,
  staffId: string,
  { endTwoStep = false } = {},
): Promise<string> {
  const isActor = typeof issuer !== 'string'
  if (isActor && !may(issuer, orgActions.manageStaff, { unitPath: [] })) throw new NotAllowed()
  const { officers } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  if (!officers.get(staffId)?.active) throw new NotFound('staff')
  const by = isActor ? 'administrator' : issuer
  const author = isActor ? issuer.staffId : signInSystem
  // The record first: there may be an event for a link that nobody got, never a link without its event.
  const event = { type: 'identity.link-issued', data: { staffId, by } } as const
  await record(office, author, event, [linkAccount(office.tenant.id, staffId)])
  await insertAccount(parts, staffId)
  await deletePending(parts, staffId)
  if (endTwoStep && isActor) {
    await record(office, author, { type: 'identity.two-step-off', data: { staffId, by: 'administrator' } })
    await deleteTwoStep(parts, staffId)
    await deleteSessions(parts, staffId)
    forgetSessions(parts, staffId)
  }
  const token = randomBytes(32).toString('base64url')
  const { internalAdapter } = await authOf(parts).$context
  await internalAdapter.createVerificationValue({
    identifier: `reset-password:${token}`,
    value: staffId,
    // The library compares with the machine's clock.
    expiresAt: new Date(Date.now() + lifeMs[by]),
  })
  return `/sign-in/link?token=${token}`
}

/** Whose link it is, while it can be used at this tenant; undefined otherwise, whatever the reason. */
export async function findLink(
  parts: IdentityParts,
  office: Office,
  token: string,
): Promise<{ id: string; name: string; email: string } | undefined> {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const { internalAdapter } = await authOf(parts).$context
  const found = await internalAdapter.findVerificationValue(`reset-password:${token}`)
  if (!found || found.expiresAt.getTime() < Date.now()) return undefined
  return inSnapshot(office.pool, office.tenant.id, tx => findStaffOfAccount(tx, found.value))
}

/** Sets the password by a link, which is then used up; ends every session of the account. */
export async function useLink(
  parts: IdentityParts,
  office: Office,
  token: string,
  password: string,
): Promise<void> {
  const staff = await findLink(parts, office, token)
  if (!staff) throw new NotFound('link')
  refuseWeak(office, staff, password)
  try {
    await authOf(parts).api.resetPassword({ body: { token, newPassword: password } })
  } catch (error) {
    // Used by somebody else between the two looks at it.
    if (isAPIError(error) && error.statusCode < 500) throw new NotFound('link')
    throw error
  }
  forgetSessions(parts, staff.id)
  await forgiveAccount(parts, attemptsAt(office, staff.email))
  await record(office, staff.id, { type: 'identity.password-set', data: { staffId: staff.id, by: 'link' } })
}

/** Sets a password without a link: for the first administrator, the demo, and the command line. */
export async function setPassword(
  parts: IdentityParts,
  office: Office,
  staffId: string,
  password: string,
  by: 'set-up' | 'command',
): Promise<void> {
  const author = { kind: 'system', name: by } as const
  const event = { type: 'identity.password-set', data: { staffId, by } } as const
  await record(office, author, event, [linkAccount(office.tenant.id, staffId)])
  await insertAccount(parts, staffId)
  await deletePending(parts, staffId)
  const { internalAdapter, password: hasher } = await authOf(parts).$context
  const hash = await hasher.hash(password)
  if (await internalAdapter.findCredentialAccount(staffId))
    await internalAdapter.updatePassword(staffId, hash)
  else {
    const account = { userId: staffId, providerId: 'credential', accountId: staffId, password: hash }
    await internalAdapter.createAccount(account)
  }
}

/** Throws BadInput for a new password that is too short or easily guessed. */
export function refuseWeak(
  office: Office,
  staff: { name: string; email: string },
  password: string,
  field = 'password',
): void {
  const personal = [staff.name, staff.email, ...Object.values(office.tenant.name)]
  const fault = passwordFault(field, password, personal)
  if (fault) throw new BadInput([fault])
}
