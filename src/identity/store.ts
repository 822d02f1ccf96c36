import { type Query, q } from '../platform/database/query.ts'
import type { IdentityParts } from './auth.ts'

/** Links a member of staff to their account, which has the same id. */
export function linkAccount(tenant: number, staffId: string): Query {
  return q
    .updateTable('staff')
    .set({ account_id: staffId })
    .where('tenant_id', '=', tenant)
    .where('id', '=', staffId)
}

/** The name by which the sign-in library knows an account: of no use to write to, and of nobody's when read. */
export const signInName = (staffId: string): string => `${staffId}@staff.invalid`

/** Makes the account of a member of staff unless they have one; without a password nobody can sign in to it. */
export async function insertAccount({ owner }: IdentityParts, staffId: string): Promise<void> {
  await owner.query(
    `insert into auth."user" ("id", "name", "email", "emailVerified") values ($1, $1, $2, true)
     on conflict ("id") do nothing`,
    [staffId, signInName(staffId)],
  )
}

/** Ends the sessions of an account, one or all. */
export async function deleteSessions(
  { owner }: IdentityParts,
  accountId: string,
  sessionId?: string,
): Promise<void> {
  await owner.query(`delete from auth."session" where "userId" = $1 and ($2::text is null or "id" = $2)`, [
    accountId,
    sessionId ?? null,
  ])
}

/** Voids the links and second steps of an account that wait to be used. */
export async function deletePending({ owner }: IdentityParts, accountId: string): Promise<void> {
  await owner.query(`delete from auth."verification" where "value" = $1`, [accountId])
}

/** Takes the second step of an account away. */
export async function deleteTwoStep({ owner }: IdentityParts, accountId: string): Promise<void> {
  await owner.query(
    `with gone as (delete from auth."twoFactor" where "userId" = $1)
     update auth."user" set "twoFactorEnabled" = false, "updatedAt" = now() where "id" = $1`,
    [accountId],
  )
}

/** Deletes what has run out: sessions, links and second steps that nobody finished. */
export async function deleteExpired({ owner }: IdentityParts): Promise<void> {
  await owner.query(`delete from auth."session" where "expiresAt" < now()`)
  await owner.query(`delete from auth."verification" where "expiresAt" < now()`)
}
