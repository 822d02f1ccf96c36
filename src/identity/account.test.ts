import { createHmac } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import {
  giveTestPassword,
  signedInVisitor,
  testPassword,
  type Visitor,
  visitor,
} from '../../test/support/visitor.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)
for (const role of ['lead', 'supervisor', 'auditor', 'front-desk', 'unit-head'] as const)
  await giveTestPassword(parts, office, office.staff[role])

afterEach(() => {
  vi.useRealTimers()
})

async function eventsAbout(staffId: string): Promise<string[]> {
  const rows = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(
      q
        .selectFrom('events')
        .select(['type', 'data', 'actor'])
        .where('type', 'like', 'identity.%')
        .orderBy('seq'),
    ),
  )
  return rows.flatMap(({ type, data, actor }) => {
    const about = (data as { staffId?: string }).staffId
    const by = (actor as { kind: string; id?: string; name?: string }).id === staffId ? 'self' : 'other'
    return about === staffId ? [`${type} ${by}`] : []
  })
}

/** The code an authenticator app shows for a base32 key now (RFC 6238). */
function totp(key: string, now = Date.now()): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...key.replaceAll(' ', '')]
    .map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const digest = createHmac('sha1', bytes).update(counter).digest()
  const offset = digest.readUInt8(19) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** `code` is the one it was switched on with, `next` one that has not been used. */
async function switchOn(browser: Visitor) {
  const offer = await browser.post('/account/two-step', { password: testPassword })
  const codes = [...offer.body.matchAll(/<code>([^<]+)<\/code>/g)].map(([, code]) => code ?? '')
  const [key = '', ...recoveryCodes] = codes
  const sealed = /name="offer" value="([^"]+)"/.exec(offer.body)?.[1] ?? ''
  expect(offer.body).toContain('class="qr-code"')
  const wrong = await browser.post('/account/two-step/confirm', { totp: '000000', offer: sealed })
  expect(wrong.statusCode).toBe(422)
  expect(wrong.body).toContain(key)
  const code = totp(key)
  const done = await browser.post('/account/two-step/confirm', { totp: code, offer: sealed })
  expect(done.headers.location).toBe('/account?done=two-step-on')
  // A phone may be half a minute ahead.
  return { code, next: totp(key, Date.now() + 30_000), recoveryCodes }
}

test.each(['/account'])('%s needs somebody who is signed in', async url => {
  expect((await visitor(app).get(url)).headers.location).toBe('/sign-in?next=%2Faccount')
})

test.each(['/account/password', '/account/two-step', '/account/two-step/off', '/account/recovery-codes'])(
  'a password sent to %s while signed out is not kept',
  async url => {
    const answer = await visitor(app).post(url, { password: testPassword, current: testPassword })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in'])
  },
)

test('the second step is switched on with a code, asked for at sign-in, and switched off', async () => {
  const email = 'lead@example.org'
  const browser = await signedInVisitor(app, email)
  const refused = await browser.post('/account/two-step', { password: 'not my password' })
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('not the password you have now')
  const { code: used, next: code, recoveryCodes } = await switchOn(browser)
  expect((await browser.get('/account')).body).toContain(
    'Two-step sign-in <strong class="govuk-tag app-tag--green">On',
  )
  expect(recoveryCodes).toHaveLength(10)

  const other = visitor(app)
  const first = await other.post('/sign-in', { email, password: testPassword, next: '/account' })
  expect(first.headers.location).toBe('/sign-in/code?next=%2Faccount')
  expect((await other.get('/account')).statusCode).toBe(303)
  expect((await other.get('/sign-in/code?next=/account')).body).toContain('Six digits')
  expect((await other.post('/sign-in/code', { code: '' })).body).toContain('Enter the six digits')
  expect((await other.post('/sign-in/code', { code: '123456' })).statusCode).toBe(422)
  const done = await other.post('/sign-in/code', { code: code.replace(/^.../, '$& '), next: '/account' })
  expect(done.headers.location).toBe('/account')
  expect((await other.get('/account')).statusCode).toBe(200)

  for (const seen of [used, code]) {
    const overShoulder = visitor(app)
    await overShoulder.post('/sign-in', { email, password: testPassword })
    const { headers } = await overShoulder.post('/sign-in/code', { code: seen })
    expect(headers.location).toBe('/sign-in?done=code-over')
    expect((await overShoulder.get('/account')).statusCode).toBe(303)
  }

  const lost = visitor(app)
  await lost.post('/sign-in', { email, password: testPassword })
  const spare = String(recoveryCodes[3]).toUpperCase().replaceAll('-', ' ')
  expect((await lost.post('/sign-in/code', { code: spare })).statusCode).toBe(303)
  expect((await lost.get('/account')).statusCode).toBe(200)
  await lost.post('/sign-out')
  await lost.post('/sign-in', { email, password: testPassword })
  expect((await lost.post('/sign-in/code', { code: spare })).statusCode).toBe(422)

  const renewed = await other.post('/account/recovery-codes', { password: testPassword })
  expect(renewed.body.match(/<code>/g)).toHaveLength(10)
  expect((await lost.post('/sign-in/code', { code: String(recoveryCodes[4]) })).statusCode).toBe(422)

  expect((await other.post('/account/two-step/off', { password: testPassword })).statusCode).toBe(303)
  expect(
    (await visitor(app).post('/sign-in', { email, password: testPassword })).headers.location,
  ).not.toContain('code')
  expect(await eventsAbout(office.staff.lead)).toEqual([
    'identity.password-set other',
    'identity.two-step-on self',
    'identity.recovery-code-used other',
    'identity.recovery-codes-renewed self',
    'identity.two-step-off self',
  ])
})

test('five wrong codes end the second step, and it begins again with the password', async () => {
  const email = 'supervisor@example.org'
  await switchOn(await signedInVisitor(app, email))
  const guesser = visitor(app, { address: '192.0.2.77' })
  await guesser.post('/sign-in', { email, password: testPassword })
  for (let at = 0; at < 5; at++)
    expect((await guesser.post('/sign-in/code', { code: `00000${at}` })).statusCode).toBe(422)
  const over = await guesser.post('/sign-in/code', { code: '000009' })
  expect(over.headers.location).toBe('/sign-in?done=code-over')
  expect((await guesser.get('/account')).statusCode).toBe(303)
})

test('a kept form survives the second step', async () => {
  const email = 'auditor@example.org'
  const { next } = await switchOn(await signedInVisitor(app, email))
  const browser = visitor(app)
  const page = await browser.post('/account/sessions/end', { session: 'The words I typed.' })
  const kept = /name="kept" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const second = await browser.post('/sign-in', { email, password: testPassword, kept })
  expect(second.body).toContain(kept)
  const shown = await browser.post('/sign-in/code', { code: next, kept })
  expect(shown.body).toContain('The words I typed.')
})

test('changing the password ends the other sessions and refuses a weak one', async () => {
  const email = 'front-desk@example.org'
  const [here, there] = [await signedInVisitor(app, email), await signedInVisitor(app, email)]
  const weak = await here.post('/account/password', { current: testPassword, password: 'Willowtown2026' })
  expect(weak.body).toContain('among the first that are tried')
  const wrong = await here.post('/account/password', {
    current: 'wrong wrong',
    password: 'seven herons in the rain',
  })
  expect(wrong.body).toContain('not the password you have now')
  const done = await here.post('/account/password', {
    current: testPassword,
    password: 'seven herons in the rain',
  })
  expect(done.headers.location).toBe('/account?done=password')
  expect((await here.get('/account')).statusCode).toBe(200)
  expect((await there.get('/account')).statusCode).toBe(303)
  expect(await eventsAbout(office.staff['front-desk'])).toEqual([
    'identity.password-set other',
    'identity.password-set self',
  ])
})

test('a session left open elsewhere is listed and ended', async () => {
  const email = 'unit-head@example.org'
  const here = await signedInVisitor(app, email)
  const there = visitor(app)
  const browser = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0' }
  await there.post('/sign-in', { email, password: testPassword }, browser)
  const page = await here.get('/account')
  expect(page.body).toContain('Firefox, Windows')
  const [session = ''] = [...page.body.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id)
  expect(page.body).not.toContain([...there.cookies.values()][0]?.split('.')[0])
  await here.post('/account/sessions/end', { session })
  expect((await there.get('/account')).statusCode).toBe(303)
  expect((await here.get('/account')).statusCode).toBe(200)
})

test('somebody else’s session cannot be ended', async () => {
  const here = await signedInVisitor(app, 'unit-head@example.org')
  const { rows } = await database.owner.query(`select id from auth.session where "userId" = $1`, [
    office.staff['front-desk'],
  ])
  expect(rows.length).toBeGreaterThan(0)
  await here.post('/account/sessions/end', { session: rows[0].id })
  const after = await database.owner.query('select from auth.session where id = $1', [rows[0].id])
  expect(after.rowCount).toBe(1)
})
