import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { IdentityParts } from './auth.ts'

/** A person's e-mail address as it is kept and compared. */
export const normalEmail = (typed: string): string => typed.trim().normalize('NFC').toLowerCase()

/** The member of staff with this e-mail address who may sign in at this tenant, or undefined. */
export async function findStaffByEmail(
  tx: Tx,
  email: string,
): Promise<
  { id: string; name: string; email: string; language: string | null; accountId: string | null } | undefined
> {
  const row = await tx.first(
    q
      .selectFrom('staff')
      .select(['id', 'name', 'email', 'language', 'account_id'])
      .where('tenant_id', '=', tx.tenant)
      .where('email', '=', normalEmail(email))
      .where('active', '=', true),
  )
  if (!row) return undefined
  const { account_id: accountId, ...staff } = row
  return { ...staff, accountId }
}

/** The member of staff an account belongs to at this tenant, who still is on the staff, or undefined. */
export async function findStaffOfAccount(
  tx: Tx,
  accountId: string,
): Promise<{ id: string; name: string; email: string } | undefined> {
  return tx.first(
    q
      .selectFrom('staff')
      .select(['id', 'name', 'email'])
      .where('tenant_id', '=', tx.tenant)
      .where('account_id', '=', accountId)
      .where('active', '=', true),
  )
}

/** How an account signs in: whether it has a password yet, and the second step. */
export type AccountState = { hasPassword: boolean; twoStep: boolean }

/** How an account signs in; that of a person never invited has neither. */
export async function readAccountState(
  parts: Pick<IdentityParts, 'owner'>,
  accountId: string,
): Promise<AccountState> {
  const states = await readAccountStates(parts, [accountId])
  return states.get(accountId) ?? { hasPassword: false, twoStep: false }
}

/** How each of these accounts signs in; those never invited are missing. */
export async function readAccountStates(
  { owner }: Pick<IdentityParts, 'owner'>,
  accountIds: readonly string[],
): Promise<Map<string, AccountState>> {
  const { rows } = await owner.query<AccountState & { id: string }>(
    `select "id", coalesce("twoFactorEnabled", false) as "twoStep",
            exists (select from auth."account" where "userId" = "user"."id" and "password" is not null) as "hasPassword"
     from auth."user" where "id" = any ($1)`,
    [accountIds],
  )
  return new Map(rows.map(({ id, ...state }) => [id, state]))
}

/** A session as its owner sees it in their list. Times are of the machine's clock. */
export type ListedSession = {
  id: string
  browser: string
  begunAt: Temporal.Instant
  seenAt: Temporal.Instant
}

/** The sessions of an account that have not run out, the latest first. */
export async function listSessions({ owner }: IdentityParts, accountId: string): Promise<ListedSession[]> {
  const { rows } = await owner.query<{ id: string; browser: string | null; begun: string; seen: string }>(
    `select "id", "userAgent" as browser, to_json("createdAt") #>> '{}' as begun, to_json("updatedAt") #>> '{}' as seen
     from auth."session" where "userId" = $1 and "expiresAt" > now() order by "updatedAt" desc`,
    [accountId],
  )
  return rows.map(row => ({
    id: row.id,
    browser: row.browser ?? '',
    begunAt: Temporal.Instant.from(row.begun),
    seenAt: Temporal.Instant.from(row.seen),
  }))
}
