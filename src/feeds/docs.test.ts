import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { staffSite } from '../../test/support/staff.ts'
import { acceptCase } from '../cases/actions/staff.ts'

// The example of docs/api.md, as whoever reads it would run it.

const site = await staffSite(await testDatabase())
const [, section = ''] =
  /\n## Calendars\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync('docs/api.md', 'utf8')) ?? []

test('the calendar holds what the document shows', async () => {
  const [, path = ''] = /curl http:\/\/localhost:8080(\S+)/.exec(section) ?? []
  const [, shown = ''] = /```text\n([\s\S]*?)\n```/.exec(section) ?? []
  const head = await site.as('unit-head')
  await head.post('/account/calendars/renew')
  const { body: page } = await head.get('/account/calendars')
  const [, address = ''] = /\/feeds\/staff\/([\w-]+)\//.exec(page) ?? []
  const { caseId } = await fileOne(site.office)
  await acceptCase(site.office, await actorOf(site.office, site.office.staff['unit-head']), { id: caseId })

  const answer = await site.app.inject({ method: 'GET', url: path.replace('ADDRESS', address) })
  expect(answer.statusCode).toBe(200)
  const text = answer.body
    .replaceAll('\r\n ', '')
    .replaceAll('\r\n', '\n')
    .replaceAll(/^UID:.*$/gm, 'UID:a-uid')
    .replaceAll('http://localhost/', 'http://localhost:8080/')
    .replaceAll('http://localhost:80/', 'http://localhost:8080/')
  expect(text).toContain(shown)
  const again = { url: path.replace('ADDRESS', address), headers: { 'if-none-match': answer.headers.etag } }
  expect((await site.app.inject({ method: 'GET', ...again })).statusCode).toBe(304)
})
