import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import { acceptCase } from '../cases/actions/staff.ts'
import { systemClock } from '../platform/clock.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import { addEndpoint } from './actions/endpoints.ts'
import { deliver } from './deliver.ts'
import { type RelayPayload, relay } from './relay.ts'

// The examples of docs/api.md: what it says arrives does, and the function it gives accepts it.

const [, section = ''] =
  /\n## Webhooks\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync('docs/api.md', 'utf8')) ?? []
const example = (format: string) =>
  new RegExp(`\`\`\`${format}\n([\\s\\S]*?)\n\`\`\``).exec(section)?.[1] ?? ''

const database = await testDatabase()
const town = await testOffice(database)
const { parts } = await testApp(database, town.clock)
const office = await parts.offices.forTenant(town.tenant.id)
const allowed = allowedNetworks(['127.0.0.0/8'])
const folder = mkdtempSync(join(tmpdir(), 'answerable-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let receiver: Awaited<ReturnType<typeof startReceiver>>
let secret = ''
beforeAll(async () => {
  receiver = await startReceiver()
  const made = await addEndpoint(office, 'set-up', { url: receiver.url, types: ['case.accepted'] }, allowed)
  secret = made.secret
  const { caseId } = await fileOne(office)
  await acceptCase(office, await actorOf(office, town.staff['unit-head']), { id: caseId })
  const { rows } = await database.owner.query(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = 'relay-webhooks' order by j.id`,
  )
  for (const { payload } of rows) await relay(office, payload as RelayPayload)
  // Sent by the real time, which the reader's program goes by.
  await deliver({ ...office, clock: systemClock }, made.id, allowed)
})

test('what arrives is what the document shows', () => {
  const shown = JSON.parse(example('json'))
  const [message] = receiver.got
  const arrived = JSON.parse(message?.body ?? '{}')
  expect(arrived.data.due.length).toBeGreaterThan(0)
  for (const one of arrived.data.due)
    expect(Object.keys(one).toSorted()).toEqual(['dueAt', 'kind', 'provisional', 'status'])
  arrived.data.due = arrived.data.due.filter((one: { kind: string }) => one.kind === 'answer')
  arrived.data.unit.id = 'an-id'
  expect(arrived).toEqual(shown)
})

test('the function in the document accepts what arrives, and nothing that was altered', async () => {
  const path = join(folder, 'verify.mjs')
  writeFileSync(path, example('js'))
  const { isGenuine } = await import(/* @vite-ignore */ pathToFileURL(path).href)
  const { headers, body } = receiver.got[0] ?? { headers: {}, body: '' }
  expect(isGenuine(headers, body, secret)).toBe(true)
  expect(isGenuine(headers, `${body} `, secret)).toBe(false)
  expect(isGenuine({ ...headers, 'webhook-id': 'msg_other' }, body, secret)).toBe(false)
  expect(isGenuine({ ...headers, 'webhook-timestamp': '1700000000' }, body, secret)).toBe(false)
  expect(isGenuine(headers, body, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(false)
})
