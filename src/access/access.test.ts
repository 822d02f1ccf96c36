import { beforeAll, describe, expect, test } from 'vitest'
import { actorOf } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { endStaff } from '../org/actions.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import { addToken, revokeToken } from './actions.ts'
import { createBudget } from './budget.ts'
import { findCaller, listTokens } from './reads.ts'
import { createToken, isToken, tokenOf } from './token.ts'

const database = await testDatabase()
let office: TestOffice
let other: TestOffice
beforeAll(async () => {
  office = await testOffice(database)
  other = await testOffice(database, { host: 'other.example' })
})

const faultsOf = (error: unknown) => (error instanceof BadInput ? error.faults.map(one => one.field) : error)

describe('the form of a token', () => {
  test('is recognised, and one that was mistyped or cut off is not', () => {
    for (let made = 0; made < 200; made++) {
      const token = createToken()
      expect(token).toMatch(/^ans_[0-9a-hjkmnp-tv-z]{32}$/)
      expect(isToken(token)).toBe(true)
      const at = 4 + (made % 32)
      const other = token[at] === '0' ? '1' : '0'
      expect(isToken(token.slice(0, at) + other + token.slice(at + 1))).toBe(false)
      expect(isToken(token.slice(0, -1))).toBe(false)
    }
    expect(isToken('')).toBe(false)
    expect(new Set(Array.from({ length: 1000 }, createToken)).size).toBe(1000)
  })
})

describe('a token', () => {
  test('lets its holder in with its scopes, at its own town alone', async () => {
    const { id, token } = await addToken(office, 'set-up', {
      name: ' Phone app ',
      scopes: ['open311', 'open311'],
    })
    expect(await findCaller(office, token)).toEqual({
      tokenId: id,
      name: 'Phone app',
      scopes: ['open311'],
      staffId: undefined,
      limitPerMinute: 600,
    })
    expect(await findCaller(other, token)).toBeUndefined()
    expect(await findCaller(office, createToken())).toBeUndefined()
    expect(await findCaller(office, `${token} `)).toBeUndefined()
  })

  test('is known to its holder alone: what is kept cannot be presented', async () => {
    const { id, token } = await addToken(office, 'set-up', { name: 'Kept', scopes: ['open311'] })
    const everything = await database.owner.query(`
      select string_agg(t::text, '') || (select string_agg(e::text, '') from events e) as text from api_tokens t`)
    expect(everything.rows[0].text).not.toContain(token)
    expect(everything.rows[0].text).toContain(id)
    expect(JSON.stringify(await inSnapshot(office.pool, office.tenant.id, listTokens))).not.toContain(token)
  })

  test('that is revoked, has run out, or acts for somebody who left lets nobody in', async () => {
    const hours = (n: number) => office.clock.now().add({ hours: n })
    const revoked = await addToken(office, 'set-up', { name: 'A', scopes: ['open311'] })
    await revokeToken(office, 'set-up', revoked.id)
    expect(await findCaller(office, revoked.token)).toBeUndefined()

    const short = await addToken(office, 'set-up', { name: 'B', scopes: ['open311'], expiresAt: hours(1) })
    expect(await findCaller(office, short.token)).toBeDefined()
    office.clock.set(hours(1))
    expect(await findCaller(office, short.token)).toBeUndefined()

    const staffId = office.staff.lead
    const acting = await addToken(office, 'set-up', { name: 'C', scopes: ['cases:read'], staffId })
    expect(await findCaller(office, acting.token)).toMatchObject({ staffId })
    await endStaff(office, 'set-up', staffId)
    expect(await findCaller(office, acting.token)).toBeUndefined()
  })

  test('that cannot be made is refused with every reason at once', async () => {
    const bad = addToken(office, 'set-up', {
      name: '',
      scopes: [],
      limitPerMinute: 0.5,
      expiresAt: office.clock.now(),
    })
    expect(await bad.catch(faultsOf)).toEqual(['name', 'scopes', 'expiresAt', 'limitPerMinute'])
    for (const scope of ['cases:read', 'cases:write', 'admin', 'webhooks', 'exchange'] as const) {
      const nobody = addToken(office, 'set-up', { name: 'D', scopes: [scope] })
      expect(await nobody.catch(faultsOf), scope).toEqual(['staffId'])
    }
    const elsewhere = addToken(office, 'set-up', {
      name: 'E',
      scopes: ['admin'],
      staffId: other.staff.administrator,
    })
    expect(await elsewhere.catch(faultsOf)).toEqual(['staffId'])
  })

  test('is made and revoked by administrators, and the record says so without its name', async () => {
    const lead = await actorOf(office, office.staff['unit-head'])
    await expect(addToken(office, lead, { name: 'F', scopes: ['open311'] })).rejects.toThrow(NotAllowed)
    const administrator = await actorOf(office, office.staff.administrator)
    const { id } = await addToken(office, administrator, { name: 'Map of Lee', scopes: ['open311'] })
    await expect(revokeToken(office, lead, id)).rejects.toThrow(NotAllowed)
    await expect(revokeToken(other, 'set-up', id)).rejects.toThrow(NotFound)
    await revokeToken(office, administrator, id)
    await expect(revokeToken(office, administrator, id)).rejects.toThrow(Conflict)
    const events = await inSnapshot(office.pool, office.tenant.id, tx =>
      tx.all(
        q
          .selectFrom('events')
          .select(['type', 'actor', 'data'])
          .where('tenant_id', '=', tx.tenant)
          .where('type', 'like', 'access.%')
          .orderBy('seq', 'desc')
          .limit(2),
      ),
    )
    expect(events.map(event => event.type)).toEqual(['access.token-revoked', 'access.token-added'])
    expect(events[0]?.actor).toEqual({ kind: 'staff', id: administrator.staffId })
    expect(events[1]?.data).toMatchObject({ tokenId: id, scopes: ['open311'] })
    expect(JSON.stringify(events)).not.toContain('Lee')
    const listed = await inSnapshot(office.pool, office.tenant.id, listTokens)
    expect(listed.find(token => token.id === id)?.revokedAt?.toString()).toBe(office.clock.now().toString())
  })
})

test('a token is good for so many requests a minute, and the answer says how many are left', () => {
  const caller = { tokenId: 't', name: '', scopes: [], staffId: undefined, limitPerMinute: 3 }
  const budget = createBudget()
  let now = Temporal.Instant.from('2026-03-02T01:00:00Z')
  const spend = () => {
    const { remaining, waitMs, resetMs } = budget.spend(caller, now)
    return [remaining, waitMs, resetMs]
  }
  expect([spend(), spend(), spend(), spend()]).toEqual([
    [2, 0, 20_000],
    [1, 0, 40_000],
    [0, 0, 60_000],
    [0, 20_000, 60_000],
  ])
  expect(budget.spend({ ...caller, tokenId: 'another' }, now).waitMs).toBe(0)
  now = now.add({ seconds: 20 })
  expect([spend(), spend()]).toEqual([
    [0, 0, 60_000],
    [0, 20_000, 60_000],
  ])
})

test('the token of the demo has the form of one', () => {
  expect(isToken(tokenOf('w1110wt0wndem0000000000000'))).toBe(true)
})
