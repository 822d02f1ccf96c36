import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { multipart, type SentFile } from '../../test/support/upload.ts'
import { addToken } from '../access/actions.ts'
import type { Scope } from '../access/rules.ts'
import { exchangeJobs } from '../exchange/jobs.ts'

// The examples of docs/api.md, as whoever reads it would run them, one after the other.

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00Z' })
const { app, parts } = await testApp(database, office.clock)

const document = readFileSync('docs/api.md', 'utf8')
const [, section = ''] = /\n## REST\n([\s\S]*?)(?=\n## |$)/.exec(document) ?? []
const examples = [...section.matchAll(/```sh\n(curl [\s\S]*?)\n```\n\n```(json|csv)\n([\s\S]*?)\n```/g)].map(
  ([, command = '', kind = '', answer = '']) => ({ command, kind, answer }),
)

/** A file of the document, by its name. */
function fileNamed(name: string): Buffer {
  const [, content = ''] = new RegExp(`\`${name}\`:\n\n\`\`\`csv\n([\\s\\S]*?)\n\`\`\``).exec(document) ?? []
  return Buffer.from(`${content}\n`)
}

/** What a command line of curl sends. */
function requestOf(command: string) {
  const words = [...command.replaceAll('\\\n', ' ').matchAll(/"((?:\\"|[^"])*)"|'([^']*)'|(\S+)/g)]
  const args = words.map(
    ([, quoted, single, plain]) => quoted?.replaceAll('\\"', '"') ?? single ?? plain ?? '',
  )
  const headers: Record<string, string> = {}
  const files: SentFile[] = []
  const fields: Record<string, string> = {}
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
    if (word === '-F') {
      const [field = '', content = ''] = value.split('=')
      const name = content.slice(1)
      if (content.startsWith('@')) files.push({ field, name, content: fileNamed(name) })
      else fields[field] = content
    }
  }
  const form = files.length > 0 ? multipart(files, fields) : undefined
  return {
    method: method as 'GET' | 'POST',
    url,
    headers: { ...headers, ...form?.headers },
    ...((form || payload) && { payload: form?.payload ?? payload }),
  }
}

test('the document has its examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(20)
})

test('each example answers what the document says', async () => {
  const tokenOf = async (name: string, wanted: Scope[], staffId?: string) =>
    (await addToken(office, 'set-up', { name, scopes: wanted, staffId })).token
  const { administrator, 'unit-head': head } = office.staff
  const known: Record<string, string> = {
    TOKEN: await tokenOf('Case bridge', ['cases:read', 'cases:write'], head),
    APP: await tokenOf('Town app', ['residents']),
    EXPORT: await tokenOf('Nightly export', ['exchange'], head),
    ADMIN: await tokenOf('Set-up', ['exchange', 'webhooks'], administrator),
  }
  const filled = (text: string) => text.replaceAll(/\$([A-Z]+)/g, (all, name: string) => known[name] ?? all)
  for (const { command, kind, answer } of examples) {
    const { body, statusCode } = await app.inject(requestOf(filled(command)))
    if (kind === 'csv') {
      expect(body.replace('\ufeff', '').replaceAll('\r\n', '\n').trim(), command).toBe(answer)
      continue
    }
    const given = JSON.parse(body)
    if (given.receiptCode) {
      expect(given.receiptCode).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/)
      known.CODE = given.receiptCode
      given.receiptCode = '1234 5678 9012 3456'
    }
    // What the answer is the first to name, such as an id.
    for (const [, field = '', name = ''] of answer.matchAll(/"(\w+)": "\$([A-Z]+)"/g))
      known[name] ??= given[field]
    const said = JSON.parse(filled(answer).replaceAll('http://localhost:8080', 'http://localhost'))
    if ('actions' in given) {
      const offered = given.actions.map((one: { name: string }) => one.name)
      for (const { name } of said.actions ?? []) expect(offered, command).toContain(name)
      given.actions = given.actions.filter((one: { name: string }) =>
        said.actions?.some((shown: { name: string }) => shown.name === one.name),
      )
    }
    expect(given, `${command}\n${statusCode}`).toMatchObject(said)
    // What goes on by itself is done before the next line.
    const step = ({ checking: 'check', running: 'run' } as const)[given.status as 'checking']
    if (step)
      await exchangeJobs(parts).tasks['run-import']?.({ tenant: office.tenant.id, id: known.IMPORT, step })
  }
})
