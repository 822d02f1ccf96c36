import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { type Receiver, startReceiver } from '../../test/support/receiver.ts'
import { withdraw } from '../cases/actions/resident.ts'
import { acceptCase, addNote, answerCase } from '../cases/actions/staff.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import type { Office } from '../platform/office.ts'
import { perform } from '../platform/perform.ts'
import { addEndpoint, disableEndpoint, removeEndpoint, rotateSecret } from './actions/endpoints.ts'
import { replay, sendTest } from './actions/replay.ts'
import { deliver } from './deliver.ts'
import { disabledLetters } from './disabled-letter.ts'
import { findEndpoint, forgetListening, listDeliveries, listEndpoints } from './reads.ts'
import { type RelayPayload, relay } from './relay.ts'

const database = await testDatabase()
const town = await testOffice(database)
const { parts } = await testApp(database, town.clock)
const office = await parts.offices.forTenant(town.tenant.id)
const allowed = allowedNetworks(['127.0.0.0/8'])
const unitHead = () => actorOf(office, town.staff['unit-head'])

async function queued(task: string): Promise<Record<string, unknown>[]> {
  const { rows } = await database.owner.query(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = $1 order by j.id`,
    [task],
  )
  return rows.map(row => row.payload)
}

/** Does what the worker would: makes messages of what was recorded, then sends what is due. */
async function work(): Promise<void> {
  for (const payload of await queued('relay-webhooks')) await relay(office, payload as RelayPayload)
  await database.owner.query('delete from graphile_worker._private_jobs')
  for (const { id } of await endpoints()) await deliver(office, id, allowed, () => 0)
}
const endpoints = () => inSnapshot(office.pool, office.tenant.id, listEndpoints)
const endpoint = (id: string) => inSnapshot(office.pool, office.tenant.id, tx => findEndpoint(tx, id))
const log = (id: string) => inSnapshot(office.pool, office.tenant.id, tx => listDeliveries(tx, id, 100))
const bodies = (receiver: Receiver) => receiver.got.map(one => JSON.parse(one.body))

let receiver: Receiver
let id = ''
let secret = ''
beforeEach(async () => {
  for (const one of await endpoints()) await removeEndpoint(office, 'set-up', one.id)
  await database.owner.query('delete from graphile_worker._private_jobs')
  receiver = await startReceiver()
  const made = await addEndpoint(office, 'set-up', { url: receiver.url, types: [] }, allowed)
  id = made.id
  secret = made.secret
})

describe('an event of a case', () => {
  test('reaches a receiver signed, with number, status and due dates', async () => {
    const { caseId, number } = await fileOne(office)
    await acceptCase(office, await unitHead(), { id: caseId })
    await work()
    for (const { headers, body } of receiver.got) {
      expect(headers['content-type']).toBe('application/json')
      expect(verifies(secret, headers as Record<string, string>, body)).toBe(true)
    }
    const told = bodies(receiver)
    expect(told.map(one => one.type)).toEqual(expect.arrayContaining(['case.filed', 'case.accepted']))
    const filed = told.find(one => one.type === 'case.filed')
    expect(filed).toMatchObject({
      timestamp: '2026-03-02T01:00:00.000Z',
      data: { number, status: 'filed', sequence: 1, category: 'road-damage' },
    })
    const accepted = told.find(one => one.type === 'case.accepted')
    expect(accepted.data).toMatchObject({
      status: 'in-hand',
      unit: { id: town.units.roads, name: { en: 'Roads Office' } },
    })
    expect(accepted.data.due).toContainEqual(expect.objectContaining({ kind: 'answer', status: 'open' }))
    expect((await log(id)).map(one => one.status)).toEqual(told.map(() => 'delivered'))
  })

  test('says how the case stood then, however far it has gone since', async () => {
    const { caseId } = await fileOne(office)
    const head = await unitHead()
    await acceptCase(office, head, { id: caseId })
    const parts = { asked: 'a', facts: 'b', rule: 'c', reasons: 'd' }
    await answerCase(office, head, { id: caseId }, { parts, outcome: 'explained' })
    await work()
    const statuses = bodies(receiver).map(one => [one.type, one.data.status])
    expect(statuses).toEqual(
      expect.arrayContaining([
        ['case.filed', 'filed'],
        ['case.accepted', 'in-hand'],
        ['case.answered', 'answered'],
      ]),
    )
  })

  test('carries nothing that was said and nobody’s name, whatever happens to the case', async () => {
    const { caseId } = await fileOne(office)
    const head = await unitHead()
    await acceptCase(office, head, { id: caseId })
    await addNote(office, head, { id: caseId }, { text: 'A secret note about Robin.' })
    await withdraw(office, { id: caseId }, 'It has healed.')
    await work()
    const sent = receiver.got.map(one => one.body).join('\n')
    expect(sent).toContain('case.withdrawn')
    for (const word of [
      'Robin',
      'robin@example.org',
      'deep hole',
      'cyclist',
      'Willow Street',
      'secret note',
      'healed',
    ])
      expect(sent).not.toContain(word)
    for (const staff of Object.values(town.staff)) expect(sent).not.toContain(staff)
    expect(sent).not.toContain('note')
  })

  test.each([
    ['protected', { protection: 'protected' as const }],
    ['anonymous', { protection: 'anonymous' as const, party: undefined }],
    ['about retaliation', { about: { units: [], staff: [], named: '', retaliation: true } }],
    ['about a unit', { about: { units: [town.units.roads], staff: [], named: '', retaliation: false } }],
  ])('of a case that is %s is a number and a status', async (_, changes) => {
    await fileOne(office, changes)
    await work()
    expect(receiver.got.length).toBeGreaterThan(0)
    for (const { data } of bodies(receiver))
      expect(Object.keys(data).toSorted()).toEqual(['number', 'sequence', 'status'])
  })

  test('goes only where it is asked for', async () => {
    const other = await startReceiver()
    await addEndpoint(office, 'set-up', { url: other.url, types: ['case.accepted'] }, allowed)
    const { caseId } = await fileOne(office)
    await acceptCase(office, await unitHead(), { id: caseId })
    await work()
    expect(bodies(other).map(one => one.type)).toEqual(['case.accepted'])
  })

  test('is one message, however often the job runs', async () => {
    await fileOne(office)
    const [payload] = await queued('relay-webhooks')
    await relay(office, payload as RelayPayload)
    const before = (await log(id)).length
    await relay(office, payload as RelayPayload)
    expect(await log(id)).toHaveLength(before)
  })

  test('is enqueued with it or not at all', async () => {
    const failing = perform(office, { kind: 'resident' }, async () => {
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await queued('relay-webhooks')).toEqual([])
  })
})

test('an office that nobody listens to enqueues nothing', async () => {
  await removeEndpoint(office, 'set-up', id)
  forgetListening(office.pool)
  await fileOne(office)
  expect(await queued('relay-webhooks')).toEqual([])
})

describe('a delivery that fails', () => {
  test('is tried again by the schedule, under the same id, until it is given up', async () => {
    receiver.answer = { status: 500 }
    await sendTest(office, 'set-up', id)
    await deliver(office, id, allowed, () => 0)
    expect(await log(id)).toMatchObject([{ status: 'waiting', attempts: [{ status: 500 }] }])
    await deliver(office, id, allowed, () => 0)
    expect(receiver.got).toHaveLength(1)
    for (const seconds of [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
      town.clock.advance({ seconds: seconds - 1 })
      await deliver(office, id, allowed, () => 0)
      const before = receiver.got.length
      town.clock.advance({ seconds: 1 })
      await deliver(office, id, allowed, () => 0)
      expect(receiver.got.length).toBe(before + 1)
    }
    expect(receiver.got).toHaveLength(10)
    expect(new Set(receiver.got.map(one => one.headers['webhook-id'])).size).toBe(1)
    expect(new Set(receiver.got.map(one => one.headers['webhook-timestamp'])).size).toBe(10)
    const [one] = await log(id)
    expect(one).toMatchObject({ status: 'failed', nextAt: null })
    expect(one?.attempts).toHaveLength(10)
  })

  test('waits as long as the receiver asks', async () => {
    receiver.answer = { status: 429, headers: { 'retry-after': '600' } }
    await sendTest(office, 'set-up', id)
    const now = town.clock.now()
    await deliver(office, id, allowed, () => 0)
    expect((await log(id))[0]?.nextAt?.toString()).toBe(now.add({ seconds: 600 }).toString())
  })

  test('can be sent again by hand, alone or with all of its days', async () => {
    receiver.answer = { status: 404 }
    const messageId = await sendTest(office, 'set-up', id)
    await fileOne(office)
    await work()
    receiver.answer = { status: 204 }
    expect(await replay(office, 'set-up', id, { messageId })).toBe(1)
    await deliver(office, id, allowed)
    const states = (await log(id)).map(one => [one.messageId === messageId, one.status])
    expect(states).toContainEqual([true, 'delivered'])
    expect(states).toContainEqual([false, 'waiting'])
    const now = town.clock.now()
    const stretch = { since: now.subtract({ hours: 1 }), until: now.add({ hours: 1 }), failedOnly: false }
    const again = await replay(office, 'set-up', id, stretch)
    expect(again).toBe((await log(id)).length)
    await deliver(office, id, allowed)
    expect((await log(id)).every(one => one.status === 'delivered')).toBe(true)
  })

  test('for five days has its endpoint disabled, on the record and by e-mail to the administrators', async () => {
    receiver.answer = { status: 500 }
    await sendTest(office, 'set-up', id)
    await deliver(office, id, allowed)
    town.clock.advance({ hours: 5 * 24 - 1 })
    await deliver(office, id, allowed)
    expect((await endpoint(id))?.disabledAt).toBeNull()
    town.clock.advance({ hours: 1 })
    await sendTest(office, 'set-up', id)
    await deliver(office, id, allowed)
    expect(await endpoint(id)).toMatchObject({ disabledBecause: 'failing' })
    expect((await log(id)).map(one => one.status)).toEqual(['failed', 'failed'])
    expect(await eventTypes(office)).toContain('webhooks.endpoint-disabled')
    expect(await queued('tell-webhook-disabled')).toEqual([{ tenant: office.tenant.id, endpointId: id }])
    const head = { address: 'no-reply@example.org', link: 'https://town.example/organisation/webhooks/1' }
    const letters = await disabledLetters(office, id, head)
    expect(letters.map(letter => letter.to)).toEqual(['administrator@example.org'])
    expect(letters[0]?.text).toContain(head.link)
    await fileOne(office)
    await work()
    expect(await log(id)).toHaveLength(2)
  })

  test('does not count once anything arrives', async () => {
    receiver.answer = { status: 500 }
    await sendTest(office, 'set-up', id)
    await deliver(office, id, allowed)
    expect((await endpoint(id))?.failingSince).not.toBeNull()
    receiver.answer = { status: 200 }
    town.clock.advance({ seconds: 10 })
    await deliver(office, id, allowed)
    expect((await endpoint(id))?.failingSince).toBeNull()
  })

  test('because the receiver is gone ends it at once', async () => {
    receiver.answer = { status: 410 }
    await sendTest(office, 'set-up', id)
    await deliver(office, id, allowed)
    expect(await endpoint(id)).toMatchObject({ disabledBecause: 'gone' })
  })
})

test('for a day after a new secret both sign, then the new one alone', async () => {
  const fresh = await rotateSecret(office, 'set-up', id)
  expect(fresh).not.toBe(secret)
  await sendTest(office, 'set-up', id)
  await deliver(office, id, allowed)
  town.clock.advance({ hours: 25 })
  await sendTest(office, 'set-up', id)
  await deliver(office, id, allowed)
  const [first, second] = receiver.got
  for (const [key, at, expected] of [
    [secret, first, true],
    [fresh, first, true],
    [secret, second, false],
    [fresh, second, true],
  ] as const)
    expect(verifies(key, at?.headers as Record<string, string>, at?.body ?? '')).toBe(expected)
})

test('a secret is stored sealed, and no event tells it or the address', async () => {
  const { rows } = await database.owner.query('select secret from webhook_endpoints where id = $1', [id])
  expect(rows[0].secret.includes(Buffer.from(secret))).toBe(false)
  const events = await database.owner.query(`select data::text from events where type like 'webhooks.%'`)
  for (const { data } of events.rows) expect(data).not.toMatch(/whsec|127\.0\.0\.1/)
})

describe('an address', () => {
  const none = allowedNetworks([])
  test.each([
    ['ftp://example.org', 'webhooks.fault.url'],
    ['example.org', 'webhooks.fault.url'],
    ['http://example.org', 'webhooks.fault.clear'],
    ['https://user:secret@example.org', 'webhooks.fault.password'],
    ['https://10.0.0.1/', 'webhooks.fault.private'],
    ['https://2130706433/', 'webhooks.fault.private'],
    ['https://[::ffff:127.0.0.1]/', 'webhooks.fault.private'],
    ['https://169.254.169.254/latest', 'webhooks.fault.private'],
  ])('%s is refused', async (url, text) => {
    const refused = addEndpoint(office, 'set-up', { url, types: [] }, none)
    await expect(refused).rejects.toMatchObject({ faults: [{ field: 'url', text }] })
  })

  test('is there once', async () => {
    const refused = addEndpoint(office, 'set-up', { url: receiver.url, types: [] }, allowed)
    await expect(refused).rejects.toMatchObject({ faults: [{ text: 'webhooks.fault.known' }] })
  })

  test('is added by administrators alone', async () => {
    const lead = await actorOf(office, town.staff.lead)
    await expect(addEndpoint(office, lead, { url: 'https://example.org', types: [] }, none)).rejects.toThrow(
      'not allowed',
    )
    await expect(disableEndpoint(office, lead, id)).rejects.toThrow('not allowed')
  })
})

/** Verifies as a receiver would at the time it was sent. */
function verifies(key: string, headers: Record<string, string>, body: string): boolean {
  const at = Number(headers['webhook-timestamp']) * 1000
  const real = Date.now
  Date.now = () => at
  try {
    new Webhook(key).verify(body, headers)
    return true
  } catch {
    return false
  } finally {
    Date.now = real
  }
}

async function eventTypes({ tenant }: Office): Promise<string[]> {
  const { rows } = await database.owner.query('select distinct type from events where tenant_id = $1', [
    tenant.id,
  ])
  return rows.map(row => row.type)
}
