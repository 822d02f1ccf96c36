import { createHmac } from 'node:crypto'
import { networkOf } from '../platform/rate-limit/address.ts'
import { backOff, type Failures, type LimitRule } from '../platform/rate-limit/rules.ts'
import { deriveRootKey } from '../platform/sealing/keys.ts'
import type { IdentityParts } from './auth.ts'

/** One attempt to sign in that has been let through, or not. */
export type Attempt = {
  /** Whether it must be refused unseen: the account or the address has to wait. */
  refused: boolean
  /** How many in a row have failed for the account when this one fails too. */
  failures: number
  /** It succeeded: the account's failures are forgotten, and the address is as it was before. */
  succeeded(): Promise<void>
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Failures of one account that cost nothing. The next waits 2 s, and each further one twice as long, up to 15 minutes. */
export const freeFailures = 4

// By account no more than a quarter of an hour: longer waits would let a stranger shut somebody out for the day.
// By address an office may share one connection, so more is free, but who goes on then waits up to an hour.
const byAccount = backOff({
  free: freeFailures,
  firstMs: 2 * second,
  longestMs: 15 * minute,
  forgetMs: 24 * hour,
})
const byAddress = backOff({ free: 30, firstMs: 2 * second, longestMs: hour, forgetMs: 24 * hour })

type Row = { key: Buffer; count: number; at_ms: string | number; until_ms: string | number }

/**
 * Counts an attempt against an account and an address, before it is looked at: a thousand at once do not slip through
 * before the first is answered. Kept in PostgreSQL, so that several processes count together and a restart forgives
 * nothing. `account` is counted whether or not there is such an account.
 */
export async function beginAttempt(
  parts: IdentityParts,
  { account, address }: { account?: string; address: string },
  now: Temporal.Instant,
): Promise<Attempt> {
  const limits: [Buffer, LimitRule<Failures>][] = [
    [digest(parts, `address ${networkOf(address)}`), byAddress],
  ]
  if (account !== undefined) limits.push([digest(parts, `account ${account}`), byAccount])
  const nowMs = now.epochMilliseconds
  // Rows are always locked in the order of their keys, so that two attempts cannot wait for one another.
  limits.sort(([a], [b]) => a.compare(b))
  const client = await parts.owner.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<Row>(lockAttempts, [limits.map(([key]) => key)])
    const known = new Map(rows.map(row => [row.key.toString('hex'), readRow(row)]))
    const steps = limits.map(([key, rule]) => ({ key, ...rule(known.get(key.toString('hex')), nowMs) }))
    const refused = steps.some(({ waitMs }) => waitMs > 0)
    // An attempt not made counts nowhere.
    if (!refused) {
      const states = steps.map(({ state }) => state)
      await client.query(saveAttempts, [
        steps.map(({ key }) => key),
        states.map(({ count }) => count),
        states.map(({ at }) => at),
        states.map(({ until }) => until),
      ])
    }
    await client.query('commit')
    const ofAccount = steps.find((_, index) => limits[index]?.[1] === byAccount)
    const ofAddress = steps.find((_, index) => limits[index]?.[1] === byAddress)
    return {
      refused,
      failures: ofAccount?.state.count ?? 0,
      async succeeded() {
        await parts.owner.query(forgive, [ofAccount?.key ?? null, ofAddress?.key ?? null])
      },
    }
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the first error is the one to report
    throw error
  } finally {
    client.release()
  }
}

/** Forgets the failures of an account, after its password was set by a link. */
export async function forgiveAccount(parts: IdentityParts, account: string): Promise<void> {
  await parts.owner.query(forgive, [digest(parts, `account ${account}`), null])
}

/**
 * Takes a code from a phone for its one use; false where the account had used it already. A code is good for a
 * minute and a half at most, so it is a new one after two. Source: RFC 6238, section 5.2.
 */
export async function takeCode(
  parts: IdentityParts,
  accountId: string,
  code: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const key = digest(parts, `code ${accountId} ${code}`)
  const { rowCount } = await parts.owner.query(useCode, [key, now.epochMilliseconds, 2 * minute])
  return rowCount === 1
}

/** Forgets attempts older than two days, of which no rule takes notice any more. */
export async function tidyAttempts(parts: IdentityParts, now: Temporal.Instant): Promise<void> {
  await parts.owner.query('delete from auth.attempts where at_ms < $1', [now.epochMilliseconds - 48 * hour])
}

// Inserting first makes a row to lock where there was none.
const lockAttempts = `
  insert into auth.attempts as known (key, count, at_ms, until_ms)
  select key, 0, 0, 0 from unnest($1::bytea[]) as key order by key
  on conflict (key) do update set count = known.count
  returning key, count, at_ms, until_ms`

const saveAttempts = `
  update auth.attempts set count = new.count, at_ms = new.at_ms, until_ms = new.until_ms
  from unnest($1::bytea[], $2::integer[], $3::bigint[], $4::bigint[]) as new (key, count, at_ms, until_ms)
  where attempts.key = new.key`

const useCode = `
  insert into auth.attempts (key, count, at_ms, until_ms) values ($1, 1, $2::bigint, $2::bigint)
  on conflict (key) do update set at_ms = $2::bigint where attempts.at_ms < $2::bigint - $3::bigint`

const forgive = `
  with account as (delete from auth.attempts where key = $1)
  update auth.attempts set count = greatest(count - 1, 0), until_ms = at_ms where key = $2`

function readRow({ count, at_ms, until_ms }: Row): Failures | undefined {
  return count === 0 ? undefined : { count, at: Number(at_ms), until: Number(until_ms) }
}

const secrets = new WeakMap<object, Buffer>()

function digest(parts: IdentityParts, what: string): Buffer {
  const secret = secrets.get(parts.rootKey) ?? deriveRootKey(parts.rootKey, 'attempts')
  secrets.set(parts.rootKey, secret)
  return createHmac('sha256', secret).update(what).digest()
}
