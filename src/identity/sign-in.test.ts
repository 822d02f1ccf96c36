import { afterEach, expect, test, vi } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { giveTestPassword, signedInVisitor, testPassword, visitor } from '../../test/support/visitor.ts'
import { addStaff, endStaff } from '../org/actions.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { requireActor } from './actor.ts'
import { beginAttempt } from './attempts.ts'

const database = await testDatabase()
const office = await testOffice(database)
const other = await testOffice(database, { host: 'other.example' })
const { app, parts } = await testApp(database, office.clock)
app.get('/for-staff', async request => `hello ${requireActor(request).name}`)
app.post('/for-staff', async request => ({ by: requireActor(request).name, body: request.body }))
await giveTestPassword(parts, office, office.staff.lead)
await giveTestPassword(parts, other, other.staff.lead)

const lead = 'lead@example.org'

async function events(type: string, of = office) {
  const rows = await inSnapshot(of.pool, of.tenant.id, tx =>
    tx.all(q.selectFrom('events').select(['type', 'data', 'actor']).where('type', '=', type).orderBy('seq')),
  )
  return rows.map(({ data, actor }) => ({ data, actor }))
}

afterEach(() => {
  vi.useRealTimers()
})

test('a member of staff signs in, works, and signs out', async () => {
  const browser = visitor(app)
  const page = await browser.get('/sign-in')
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('Willow Town')
  const answer = await browser.post('/sign-in', { email: ' Lead@Example.org ', password: testPassword })
  expect(answer.statusCode).toBe(303)
  expect(String(answer.headers['set-cookie'])).toMatch(
    /^answerable\.session_token=[^;]+; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax/,
  )
  expect((await browser.get('/for-staff')).body).toBe('hello The lead')
  expect((await browser.get('/account')).body).toContain('Signed in as The lead')
  expect((await browser.post('/sign-out')).headers.location).toBe('/sign-in?done=signed-out')
  expect((await browser.get('/for-staff')).statusCode).toBe(303)
})

test('who is not signed in is sent to sign in and comes back to where they wanted to go', async () => {
  const browser = visitor(app)
  const sent = await browser.get('/for-staff?view=mine')
  expect(sent.headers.location).toBe('/sign-in?next=%2Ffor-staff%3Fview%3Dmine')
  expect((await browser.get(String(sent.headers.location))).body).toContain(
    'name="next" value="/for-staff?view=mine"',
  )
  const back = await browser.post('/sign-in', {
    email: lead,
    password: testPassword,
    next: '/for-staff?view=mine',
  })
  expect(back.headers.location).toBe('/for-staff?view=mine')
})

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  'http:evil.example',
])('nobody is led away to %s after signing in', async next => {
  const browser = visitor(app, { address: '203.0.113.8' })
  const answer = await browser.post('/sign-in', { email: lead, password: testPassword, next })
  expect(answer.headers.location).not.toContain('evil')
  expect(answer.headers.location).not.toContain('javascript')
})

test('a program is told that it has to sign in', async () => {
  const answer = await visitor(app).get('/for-staff', { accept: 'application/json' })
  expect(answer.statusCode).toBe(401)
  expect(answer.json()).toMatchObject({ status: 401, title: 'Sign in first' })
})

test('empty fields are named at once, each with what to enter', async () => {
  const answer = await visitor(app).post('/sign-in', { email: 'not an address', password: '' })
  expect(answer.statusCode).toBe(422)
  expect(answer.body).toContain('Enter your e-mail address')
  expect(answer.body).toContain('Enter your password')
  expect(answer.body).toContain('value="not an address"')
})

test('unknown address, wrong password and an ended account get the same answer', async () => {
  const gone = await addStaff(office, 'set-up', {
    name: 'Gone',
    title: {},
    email: 'gone@example.org',
    accountId: null,
    grants: [{ unitId: office.units.roads, role: 'lead' }],
  })
  await giveTestPassword(parts, office, gone)
  await endStaff(office, 'set-up', gone)
  const invited = 'case-officer@example.org'
  const tries = [
    [lead, 'not the right password'],
    ['nobody@example.org', testPassword],
    ['gone@example.org', testPassword],
    [invited, testPassword],
  ] as const
  const answers = await Promise.all(
    tries.map(async ([email, password], at) => {
      const answer = await visitor(app, { address: `198.51.100.${at}` }).post('/sign-in', { email, password })
      return { status: answer.statusCode, body: answer.body.replaceAll(email, 'X'), cookies: answer.cookies }
    }),
  )
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0]?.status).toBe(422)
})

test('the staff of another tenant cannot sign in here, nor use their session here', async () => {
  await addStaff(other, 'set-up', {
    name: 'Elsewhere',
    title: {},
    email: 'elsewhere@example.org',
    accountId: null,
    grants: [{ unitId: other.units.root, role: 'administrator' }],
  }).then(id => giveTestPassword(parts, other, id))
  const wrong = await visitor(app).post('/sign-in', {
    email: 'elsewhere@example.org',
    password: testPassword,
  })
  expect(wrong.statusCode).toBe(422)
  const there = await signedInVisitor(app, 'elsewhere@example.org', { host: 'other.example' })
  expect((await there.get('/for-staff')).body).toBe('hello Elsewhere')
  expect((await there.get('/for-staff', { host: 'localhost' })).statusCode).toBe(303)
})

test('after a few failures the account waits longer and longer, and even the right password is refused', async () => {
  const email = 'unit-head@example.org'
  await giveTestPassword(parts, office, office.staff['unit-head'])
  const attempt = (password: string, at: number) =>
    visitor(app, { address: `192.0.2.${at}` }).post('/sign-in', { email, password })
  const failed = await attempt('wrong wrong wrong', 0)
  for (let at = 1; at < 5; at++) await attempt('wrong wrong wrong', at)
  const refused = await attempt(testPassword, 9)
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toBe(failed.body)
  office.clock.advance({ seconds: 3 })
  expect((await attempt('wrong wrong wrong', 10)).statusCode).toBe(422)
  office.clock.advance({ seconds: 3 })
  expect((await attempt(testPassword, 11)).statusCode).toBe(422)
  office.clock.advance({ seconds: 2 })
  expect((await attempt(testPassword, 12)).statusCode).toBe(303)
  expect(await events('identity.sign-in-failures')).toEqual([
    {
      data: { staffId: office.staff['unit-head'], failures: 5 },
      actor: { kind: 'system', name: 'sign-in' },
    },
  ])
})

test('a stranger who keeps failing does not shut out the browser that has signed in before', async () => {
  await giveTestPassword(parts, office, office.staff.supervisor)
  const email = 'supervisor@example.org'
  const own = await signedInVisitor(app, email)
  for (let at = 0; at < 5; at++)
    await visitor(app, { address: `192.0.2.${100 + at}` }).post('/sign-in', {
      email,
      password: 'wrong wrong',
    })
  const good = { email, password: testPassword }
  expect((await visitor(app, { address: '192.0.2.150' }).post('/sign-in', good)).statusCode).toBe(422)
  await own.post('/sign-out')
  expect((await own.post('/sign-in', good)).statusCode).toBe(303)
  // Its own mistakes are counted as any, and the mark is of no use for another account.
  await own.post('/sign-out')
  for (let at = 0; at < 5; at++) await own.post('/sign-in', { email, password: 'wrong wrong' })
  expect((await own.post('/sign-in', good)).statusCode).toBe(422)
  expect((await own.post('/sign-in', { email: lead, password: testPassword })).statusCode).toBe(303)
})

test('one address that tries many accounts has to wait, and others are not kept out by it', async () => {
  const guesser = visitor(app, { address: '198.51.100.200' })
  for (let at = 0; at < 31; at++)
    await beginAttempt(parts, { account: `guess ${at}`, address: '198.51.100.200' }, office.clock.now())
  const good = { email: lead, password: testPassword }
  expect((await guesser.post('/sign-in', good)).statusCode).toBe(422)
  expect((await visitor(app, { address: '198.51.100.201' }).post('/sign-in', good)).statusCode).toBe(303)
  office.clock.advance({ seconds: 3 })
  expect((await guesser.post('/sign-in', good)).statusCode).toBe(303)
})

test('a session ends after eight hours without use, and after seven days however busy it is', async () => {
  const started = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: started })
  const browser = await signedInVisitor(app, lead)
  const at = async (hours: number) => {
    vi.setSystemTime(started + hours * 3_600_000)
    return (await browser.get('/for-staff')).statusCode
  }
  expect(await at(7.9)).toBe(200)
  expect(await at(15)).toBe(200)
  expect(await at(23.5)).toBe(303)
  const busy = await signedInVisitor(app, lead)
  const again = Date.now()
  for (let hours = 6; hours < 168; hours += 6) {
    vi.setSystemTime(again + hours * 3_600_000)
    expect((await busy.get('/for-staff')).statusCode).toBe(200)
  }
  vi.setSystemTime(again + 168.1 * 3_600_000)
  expect((await busy.get('/for-staff')).statusCode).toBe(303)
})

test('who left the staff is shut out at the next request', async () => {
  const id = await addStaff(office, 'set-up', {
    name: 'Leaving',
    title: {},
    email: 'leaving@example.org',
    accountId: null,
    grants: [{ unitId: office.units.roads, role: 'lead' }],
  })
  await giveTestPassword(parts, office, id)
  const browser = await signedInVisitor(app, 'leaving@example.org')
  expect((await browser.get('/for-staff')).statusCode).toBe(200)
  await endStaff(office, 'set-up', id)
  expect((await browser.get('/for-staff')).statusCode).toBe(303)
})

test('a forged or a foreign cookie is nobody', async () => {
  const browser = await signedInVisitor(app, lead)
  const [name, value] = [...browser.cookies].find(([name]) => name.includes('session_token')) ?? ['', '']
  browser.cookies.set(name, `${value.slice(0, 10)}x${value.slice(11)}`)
  expect((await browser.get('/for-staff')).statusCode).toBe(303)
})

test('a form sent after the session had ended is shown after signing in, and then sent', async () => {
  const browser = visitor(app)
  const typed = { reason: 'The road was closed by the flood.', unit: office.units.roads, to: ['a', 'b'] }
  const page = await browser.post('/for-staff', typed)
  expect(page.statusCode).toBe(401)
  expect(page.body).toContain('Nothing you typed is lost')
  expect(page.body).not.toContain('closed by the flood')
  const kept = /name="kept" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const wrong = await browser.post('/sign-in', { email: lead, password: 'no', kept })
  expect(wrong.body).toContain(kept)
  const shown = await browser.post('/sign-in', { email: lead, password: testPassword, kept })
  expect(shown.statusCode).toBe(200)
  expect(shown.body).toContain('The road was closed by the flood.')
  const fields = [...shown.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
  expect(fields.map(([, name, value]) => [name, value])).toEqual([
    ['reason', typed.reason],
    ['unit', typed.unit],
    ['to', 'a'],
    ['to', 'b'],
  ])
  expect((await browser.post('/for-staff', typed)).json()).toMatchObject({ by: 'The lead', body: typed })
})

test('the words of a form with files are kept, and the files have to be chosen again', async () => {
  const boundary = 'x'.repeat(20)
  const part = (name: string, more: string, content: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`
  const payload = `${part('what', '', 'A photo of the bridge.')}${part('file', '; filename="a.jpg"', 'bytes')}--${boundary}--\r\n`
  const headers = {
    host: 'localhost',
    'accept-language': 'en',
    'content-type': `multipart/form-data; boundary=${boundary}`,
  }
  const page = await app.inject({ method: 'POST', url: '/for-staff', headers, payload })
  expect(page.statusCode).toBe(401)
  const kept = /name="kept" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const shown = await visitor(app).post('/sign-in', { email: lead, password: testPassword, kept })
  expect(shown.body).toContain('A photo of the bridge.')
  expect(shown.body).toContain('The files were not kept')
})

test('who sent a form that cannot be kept comes back to its page', async () => {
  const answer = await visitor(app).post(
    '/for-staff',
    { password: 'x' },
    { referer: 'http://localhost/account?a=1' },
  )
  expect(answer.headers.location).toBe('/sign-in?next=%2Faccount%3Fa%3D1')
  const elsewhere = await visitor(app).post(
    '/for-staff',
    { password: 'x' },
    { referer: 'http://evil.example/account' },
  )
  expect(elsewhere.headers.location).toBe('/sign-in')
})

test('a kept form of another tenant or an altered one is not shown', async () => {
  const page = await visitor(app).post('/for-staff', { reason: 'secret of this town' })
  const kept = /name="kept" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const elsewhere = await visitor(app, { host: 'other.example' }).post('/sign-in', {
    email: lead,
    password: testPassword,
    kept,
  })
  expect(elsewhere.statusCode).toBe(303)
  const altered = await visitor(app).post('/sign-in', {
    email: lead,
    password: testPassword,
    kept: `${kept.slice(0, -3)}AAA`,
  })
  expect(altered.statusCode).toBe(303)
})

test('the pages of signing in are in Chinese too', async () => {
  const browser = visitor(app)
  expect((await browser.get('/sign-in', { 'accept-language': 'zh-CN' })).body).toContain('群众无需账号')
})
