import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { visitor } from '../../test/support/visitor.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import { readTexts } from '../platform/i18n/translator.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

const errors = {
  input: new BadInput([{ field: 'name', text: 'org.name.missing' }]),
  forbidden: new NotAllowed(),
  missing: new NotFound('case'),
  conflict: new Conflict('org.email-taken'),
  flood: Object.assign(new Error('too many'), { statusCode: 429 }),
  busy: Object.assign(new Error('the database starts'), { code: '57P03' }),
  bug: new Error('secret detail of a bug'),
}
app.all<{ Params: { name: string } }>('/fail/:name', async request => {
  throw errors[request.params.name as keyof typeof errors]
})
const browser = visitor(app)
const json = { accept: 'application/json' }

test.each([
  ['input', 422, 'Enter a name in one language at least'],
  ['forbidden', 403, 'ask an administrator'],
  ['missing', 404, 'There is nothing at this address'],
  ['conflict', 409, 'has this e-mail address already'],
  ['flood', 429, 'Wait a minute'],
  ['busy', 503, 'Wait ten seconds'],
  ['bug', 500, 'This is a fault of the service, not yours'],
])('%s is told as a page with what to do next, and as problem details', async (name, status, text) => {
  const page = await browser.get(`/fail/${name}`)
  expect(page.statusCode).toBe(status)
  expect(page.headers['content-type']).toContain('text/html')
  expect(page.body).toContain(text)
  expect(page.body).not.toContain('secret detail')
  const problem = await browser.get(`/fail/${name}`, json)
  expect(problem.statusCode).toBe(status)
  expect(problem.headers['content-type']).toContain('application/problem+json')
  expect(problem.json()).toMatchObject({ type: 'about:blank', status })
  expect(problem.body).not.toContain('secret detail')
})

test('a program gets every fault with its field', async () => {
  const problem = (await browser.get('/fail/input', json)).json()
  expect(problem.errors).toEqual([{ field: 'name', text: 'Enter a name in one language at least' }])
})

test('a page that is not there is told in the language of who asks', async () => {
  const page = await browser.get('/no-such-page', { 'accept-language': 'zh-CN' })
  expect(page.statusCode).toBe(404)
  expect(page.body).toContain('这个网址下没有内容')
})

test('what was typed is shown again, but never a password; where that may help it can be sent again', async () => {
  const typed = { reason: 'The bridge <b>is</b> closed.', unit: '0190-id' }
  for (const name of ['forbidden', 'conflict', 'bug', 'busy'])
    expect((await browser.post(`/fail/${name}`, typed)).body).toContain(
      'The bridge &lt;b&gt;is&lt;/b&gt; closed.',
    )
  expect((await browser.post('/fail/forbidden', typed)).body).not.toContain('Try again')
  expect((await browser.post('/fail/busy', typed)).body).toContain('name="unit" value="0190-id"')
  const secret = await browser.post('/fail/busy', { ...typed, password: 'my secret words' })
  expect(secret.body).not.toContain('my secret words')
  expect(secret.body).not.toContain('Try again')
})

test('a flood and a busy server say when to come back', async () => {
  expect((await browser.get('/fail/flood')).headers['retry-after']).toBe('60')
  expect((await browser.get('/fail/busy')).headers['retry-after']).toBe('10')
})

test('every kind of error has its texts in both languages', () => {
  for (const lang of ['en', 'zh-CN'] as const)
    for (const part of ['title', 'detail', 'next'])
      expect(readTexts(lang).get(`errors.bug.${part}`)).toBeTruthy()
})
