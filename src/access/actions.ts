import { change, type OrgActor } from '../org/actions.ts'
import { findActorById } from '../org/reads.ts'
import { q } from '../platform/database/query.ts'
import { BadInput, Conflict, type Fault, NotFound } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { v7 } from '../platform/uuid.ts'
import { accessActions } from './permissions.ts'
import { type Scope, usualLimitPerMinute } from './rules.ts'
import { insertToken, markRevoked } from './store.ts'
import { createToken, isToken, tokenDigest } from './token.ts'

/** What a new token is for. */
export type TokenInput = {
  /** Of the program that will hold it. */
  name: string
  scopes: readonly Scope[]
  /** The member of staff it acts for. */
  staffId?: string | undefined
  /** When it ends by itself. */
  expiresAt?: Temporal.Instant | undefined
  limitPerMinute?: number | undefined
  /** Its id, where it is known beforehand: a form that is sent twice makes one token. */
  id?: string | undefined
  /** A token that is known beforehand, as the demo's is; else a new one is made. */
  token?: string | undefined
}

// What these let a program do is done in somebody's name.
const needStaff: readonly Scope[] = ['cases:read', 'cases:write', 'admin', 'webhooks', 'exchange']

/**
 * Makes a token. What is returned is shown once: only its digest is kept.
 * @throws BadInput; Conflict where there is one with this id, which is not shown again
 */
export async function addToken(
  office: Office,
  actor: OrgActor,
  input: TokenInput,
): Promise<{ id: string; token: string }> {
  const token = input.token ?? createToken()
  if (!isToken(token)) throw new RangeError('not a token')
  const { staffId, limitPerMinute = usualLimitPerMinute } = input
  const name = input.name.trim()
  const scopes = [...new Set(input.scopes)]
  return change(office, actor, accessActions.manageTokens, async (tx, now) => {
    const id = input.id ?? v7()
    if (input.id !== undefined && (await tx.first(tokenById(tx.tenant, id))))
      throw new Conflict('access.made-already')
    const faults: Fault[] = []
    if (name === '' || [...name].length > 100) faults.push({ field: 'name', text: 'access.fault.name' })
    if (scopes.length === 0) faults.push({ field: 'scopes', text: 'access.fault.scopes' })
    if (staffId === undefined && scopes.some(scope => needStaff.includes(scope)))
      faults.push({ field: 'staffId', text: 'access.fault.staff-needed' })
    if (staffId !== undefined && !(await findActorById(tx, staffId)))
      faults.push({ field: 'staffId', text: 'access.fault.staff-unknown' })
    if (input.expiresAt && Temporal.Instant.compare(input.expiresAt, now) <= 0)
      faults.push({ field: 'expiresAt', text: 'access.fault.expired' })
    if (!Number.isInteger(limitPerMinute) || limitPerMinute < 1 || limitPerMinute > 100_000)
      faults.push({ field: 'limitPerMinute', text: 'access.fault.limit' })
    if (faults.length > 0) throw new BadInput(faults)
    const row = {
      id,
      name,
      scopes,
      staffId: staffId ?? null,
      digest: tokenDigest(token),
      limitPerMinute,
      createdAt: now,
      expiresAt: input.expiresAt ?? null,
    }
    const expiresAt = row.expiresAt?.toString({ fractionalSecondDigits: 3 }) ?? null
    const data = { tokenId: row.id, scopes, staffId: row.staffId, limitPerMinute, expiresAt }
    return {
      result: { id: row.id, token },
      events: [{ type: 'access.token-added', data, sealed: { name, digest: row.digest.toString('hex') } }],
      writes: [insertToken(tx.tenant, row)],
    }
  })
}

/** Ends a token for good; programs that hold it are refused from the next request on. */
export async function revokeToken(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, accessActions.manageTokens, async (tx, now) => {
    const token = await tx.first(tokenById(tx.tenant, id))
    if (!token) throw new NotFound('token')
    if (token.revoked_at) throw new Conflict('access.revoked-already')
    return {
      result: undefined,
      events: [{ type: 'access.token-revoked', data: { tokenId: id } }],
      writes: [markRevoked(tx.tenant, id, now)],
    }
  })
}

const tokenById = (tenant: number, id: string) =>
  q.selectFrom('api_tokens').select('revoked_at').where('tenant_id', '=', tenant).where('id', '=', id)
