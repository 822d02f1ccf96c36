import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { addToken } from '../access/actions.ts'

// The examples of docs/api.md, as whoever reads it would run them, one after the other.

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00Z' })
const { app } = await testApp(database, office.clock)

const [, section = ''] = /\n## REST\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync('docs/api.md', 'utf8')) ?? []
const examples = [...section.matchAll(/```sh\n(curl [\s\S]*?)\n```\n\n```json\n([\s\S]*?)\n```/g)].map(
  ([, command = '', answer = '']) => ({ command, answer }),
)

/** What a command line of curl sends. */
function requestOf(command: string) {
  const words = [...command.replaceAll('\\\n', ' ').matchAll(/"((?:\\"|[^"])*)"|'([^']*)'|(\S+)/g)]
  const args = words.map(
    ([, quoted, single, plain]) => quoted?.replaceAll('\\"', '"') ?? single ?? plain ?? '',
  )
  const headers: Record<string, string> = {}
  let [url, method, payload] = ['', 'GET', '']
  for (let at = 1; at < args.length; at++) {
    const word = args[at] ?? ''
    if (!word.startsWith('-')) {
      url = word.replace('http://localhost:8080', '')
      continue
    }
    at++
    const value = args[at] ?? ''
    if (word === '-X') method = value
    if (word === '-d') payload = value
    if (word === '-H') {
      const [name = '', ...rest] = value.split(': ')
      headers[name.toLowerCase()] = rest.join(': ')
    }
  }
  return { method: method as 'GET' | 'POST', url, headers, ...(payload && { payload }) }
}

test('the document has its examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(10)
})

test('each example answers what the document says', async () => {
  const staffId = office.staff['unit-head']
  const staff = { name: 'Case bridge', scopes: ['cases:read', 'cases:write'], staffId } as const
  const known: Record<string, string> = {
    TOKEN: (await addToken(office, 'set-up', staff)).token,
    APP: (await addToken(office, 'set-up', { name: 'Town app', scopes: ['residents'] })).token,
  }
  for (const { command, answer } of examples) {
    const asked = command.replaceAll(/\$([A-Z]+)/g, (_, name: string) => known[name] ?? '')
    const { body } = await app.inject(requestOf(asked))
    const given = JSON.parse(body)
    if (given.receiptCode) {
      expect(given.receiptCode).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/)
      known.CODE = given.receiptCode
      given.receiptCode = '1234 5678 9012 3456'
    }
    const said = JSON.parse(answer.replaceAll('http://localhost:8080', 'http://localhost'))
    if ('actions' in given) {
      const offered = given.actions.map((one: { name: string }) => one.name)
      for (const { name } of said.actions ?? []) expect(offered, command).toContain(name)
      given.actions = given.actions.filter((one: { name: string }) =>
        said.actions?.some((shown: { name: string }) => shown.name === one.name),
      )
    }
    expect(given, command).toMatchObject(said)
  }
})
