import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { open311Key } from '../../test/support/open311.ts'

// The examples of docs/api.md, as whoever reads it would run them, and what it says comes back.

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00.123Z' })
const { app } = await testApp(database, office.clock)

const [, section = ''] = /\n## Open311\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync('docs/api.md', 'utf8')) ?? []
const examples = [...section.matchAll(/```sh\n(curl [\s\S]*?)\n```\n\n```(json|xml)\n([\s\S]*?)\n```/g)].map(
  ([, command = '', format = '', answer = '']) => ({ command, format, answer }),
)

/** What a command line of curl sends. */
function requestOf(command: string, key: string) {
  const words = [
    ...command
      .replaceAll('\\\n', ' ')
      .replaceAll('$KEY', key)
      .matchAll(/"([^"]*)"|(\S+)/g),
  ]
  const [, ...args] = words.map(([, quoted, plain]) => quoted ?? plain ?? '')
  const headers: Record<string, string> = {}
  const form = new URLSearchParams()
  let url = ''
  while (args.length > 0) {
    const word = args.shift() ?? ''
    const [name = '', value = ''] = /^(-d|--data-urlencode|-H)$/.test(word)
      ? (args.shift() ?? '').split(/=(.*)|: (.*)/s).filter(part => part !== undefined)
      : []
    if (word === '-H') headers[name] = value
    else if (word.startsWith('-')) form.append(name, value)
    else url = word.replace('http://localhost:8080', '')
  }
  if (form.size === 0) return { method: 'GET' as const, url, headers }
  headers['content-type'] = 'application/x-www-form-urlencoded'
  return { method: 'POST' as const, url, headers, payload: form.toString() }
}

/** Without what is another at each run. */
const settled = (text: string) =>
  text
    .replaceAll('http://localhost:8080', 'http://localhost')
    .replace(/\d{4} \d{4} \d{4} \d{4}/, 'the receipt code')
    .replace(/_[0-9a-f]{16}/, '_id')

test('the document has its examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(8)
})

test('each example answers what the document says, one after the other', async () => {
  const key = await open311Key(office)
  for (const { command, format, answer } of examples) {
    const { body } = await app.inject(requestOf(command, key))
    if (format === 'json') expect(JSON.parse(settled(body)), command).toEqual(JSON.parse(settled(answer)))
    else expect(settled(body).trim(), command).toBe(settled(answer))
  }
})
