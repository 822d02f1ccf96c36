import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { open311Client, open311Key, parseXml } from '../../test/support/open311.ts'
import { agree, askReview } from '../cases/actions/resident.ts'
import { acceptCase, answerCase, askInformation } from '../cases/actions/staff.ts'
import { findCase, findCaseByNumber } from '../cases/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { updateEvents } from './rules.ts'

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00.123Z' })
const { app } = await testApp(database, office.clock)
const client = open311Client(app)
const parts = { asked: 'a', facts: 'b', rule: 'c', reasons: 'd' }

let api_key = ''
let staffKey = ''
beforeAll(async () => {
  api_key = await open311Key(office)
  staffKey = await open311Key(office, {
    scopes: ['open311', 'cases:write'],
    staffId: office.staff['unit-head'],
  })
})
const at = (when: string) => office.clock.set(Temporal.Instant.from(when))
const file = async (): Promise<string> => {
  const sent = {
    api_key,
    service_code: 'road-damage',
    lat: '31.2',
    long: '121.4',
    description: 'A hole.',
    email: 'r@example.org',
  }
  return (await client.post('requests.json', sent)).json()[0].service_request_id
}
const recordOf = (number: string) =>
  inSnapshot(office.pool, office.tenant.id, async tx => {
    const found = await findCaseByNumber(tx, number)
    const record = found && (await findCase(office, tx, found.id))
    if (!record) throw new Error('no such case')
    return record
  })
const eventsOf = async (number: string) =>
  (await recordOf(number)).events.map(({ type, actor, data, text }) => ({ type, by: actor.kind, data, text }))

describe('the updates of requests', () => {
  test('tell each step with its time, for the public with its day, oldest first, in sentences that give nothing away', async () => {
    const number = await file()
    const { state } = await recordOf(number)
    const head = await actorOf(office, office.staff['unit-head'])
    const on = { id: state.id }
    at('2026-03-03T01:00:00.900Z')
    await acceptCase(office, head, on)
    at('2026-03-04T01:00:00Z')
    await askInformation(office, head, on, { text: 'Which house is it, Kestrel Lane 7?' })
    at('2026-03-05T01:00:00Z')
    await answerCase(office, head, on, { parts, outcome: 'supported', remedyBy: '2026-03-20' })
    at('2026-03-06T01:00:00Z')
    await askReview(office, on, 'Not good enough')
    const path = `servicerequestupdates.json?service_request_id=${number}`
    const answer = await client.get(`${path}&api_key=${api_key}`)
    const updates = answer.json()
    expect(
      updates.map((one: { status: string; updated_datetime: string }) => [one.status, one.updated_datetime]),
    ).toEqual([
      ['IN_PROGRESS', '2026-03-03T09:00:00+08:00'],
      ['INVESTIGATING', '2026-03-04T09:00:00+08:00'],
      ['ACTION_SCHEDULED', '2026-03-05T09:00:00+08:00'],
      ['INVESTIGATING', '2026-03-06T09:00:00+08:00'],
    ])
    const open = (await client.get(path)).json()
    expect(open).toEqual(
      updates.map((one: { updated_datetime: string }) => ({
        ...one,
        updated_datetime: one.updated_datetime.replace('T09:', 'T00:'),
      })),
    )
    expect(new Set(updates.map((one: { update_id: string }) => one.update_id)).size).toBe(4)
    expect(updates[0]).toMatchObject({
      service_request_id: number,
      description: 'Taken in hand.',
      media_url: null,
    })
    expect(answer.body).not.toMatch(/Kestrel|good enough/)
    const { root, node } = parseXml((await client.get('servicerequestupdates.xml')).body)
    expect(root).toBe('service_request_updates')
    expect((node.request_update as { update_id: string }[]).map(one => one.update_id)).toEqual(
      updates.map((one: { update_id: string }) => one.update_id),
    )
  })

  test('are asked for by time, both ends in it, and in pages, and nothing is missed or told twice', async () => {
    const all = (await client.get('servicerequestupdates.json')).json() as {
      updated_datetime: string
      update_id: string
    }[]
    const two = await client.get(
      'servicerequestupdates.json?start_date=2026-03-03T01:00:00Z&end_date=2026-03-04T01:00:00Z',
    )
    expect(two.json()).toEqual(all.slice(0, 2))
    // The public asks for whole days, a key for the second.
    const narrow = 'servicerequestupdates.json?start_date=2026-03-03T01:00:01Z&end_date=2026-03-04T00:59:59Z'
    expect((await client.get(narrow)).json()).toEqual(all.slice(0, 2))
    expect((await client.get(`${narrow}&api_key=${api_key}`)).json()).toEqual([])
    const seen = new Set<string>()
    for (let page = 1; page <= all.length; page++) {
      const [one] = (await client.get(`servicerequestupdates.json?page_size=1&page=${page}`)).json()
      seen.add(one.update_id)
    }
    expect([...seen]).toEqual(all.map(one => one.update_id))
    expect((await client.get('servicerequestupdates.json?start_date=x')).statusCode).toBe(400)
  })

  test('of what must not be known there are none', async () => {
    const before = (await client.get('servicerequestupdates.json')).json()
    const auditor = await actorOf(office, office.staff.auditor)
    const head = await actorOf(office, office.staff['unit-head'])
    const { caseId } = await fileOne(office, { protection: 'protected' })
    await acceptCase(office, head, { id: caseId }).catch(() => acceptCase(office, auditor, { id: caseId }))
    expect((await client.get('servicerequestupdates.json')).json()).toEqual(before)
  })

  test('use their index, which names the same events as the program', async () => {
    const { rows } = await database.owner.query(
      `select indexdef from pg_indexes where indexname = 'events_updates' and schemaname = current_schema()`,
    )
    const named = [...rows[0].indexdef.matchAll(/'([a-z.-]+)'/g)].map(([, type]) => type)
    expect(named.toSorted()).toEqual([...updateEvents].toSorted())
  })
})

describe('an update from the program that filed the case', () => {
  const update = (fields: Record<string, string>) =>
    client.post('servicerequestupdates.xml', { api_key, updated_datetime: '2026-03-06T01:00:00Z', ...fields })

  test('is a message of the resident, once, however often it is sent', async () => {
    const number = await file()
    const fields = {
      service_request_id: number,
      update_id: '17',
      status: 'OPEN',
      description: 'It got deeper.',
    }
    const first = await update({ ...fields, email: 'r@example.org', last_name: '-' })
    expect(first.statusCode, first.body).toBe(200)
    const { root, node } = parseXml(first.body)
    expect(root).toBe('service_request_updates')
    const [told] = node.request_update as { update_id: string }[]
    expect(told?.update_id).toMatch(new RegExp(`^${number}_`))
    expect((await update(fields)).body).toBe(first.body)
    expect((await eventsOf(number)).filter(event => event.type === 'message.sent')).toEqual([
      { type: 'message.sent', by: 'resident', data: { from: 'resident' }, text: { text: 'It got deeper.' } },
    ])
  })

  test('that says it is fixed changes nothing but what is read: only the resident agrees', async () => {
    const number = await file()
    await update({ service_request_id: number, status: 'FIXED', description: 'Somebody filled it.' })
    const { state, events } = await recordOf(number)
    expect(state.status).toBe('filed')
    expect(events.at(-1)?.text).toEqual({ text: 'Somebody filled it.\n[FIXED]' })
  })

  test('opens a closed case again where it says so', async () => {
    const number = await file()
    const head = await actorOf(office, office.staff['unit-head'])
    const { id } = (await recordOf(number)).state
    await acceptCase(office, head, { id })
    await answerCase(office, head, { id }, { parts, outcome: 'resolved' })
    await agree(office, { id }, null)
    const fields = {
      service_request_id: number,
      update_id: '18',
      status: 'REOPEN',
      description: 'It is back.',
    }
    expect((await update(fields)).statusCode).toBe(200)
    expect((await update(fields)).statusCode).toBe(200)
    const { state, events } = await recordOf(number)
    expect(state).toMatchObject({ status: 'in-hand', reopened: 1 })
    expect(events.filter(event => event.type === 'message.sent')).toEqual([])
  })

  test('asks for a review of an answer that it says did not help', async () => {
    const number = await file()
    const head = await actorOf(office, office.staff['unit-head'])
    const { id } = (await recordOf(number)).state
    await acceptCase(office, head, { id })
    await answerCase(office, head, { id }, { parts, outcome: 'resolved' })
    const fields = {
      service_request_id: number,
      update_id: '20',
      status: 'REOPEN',
      description: 'Still there.',
    }
    const first = await update(fields)
    expect(first.statusCode, first.body).toBe(200)
    expect((await update(fields)).body).toBe(first.body)
    const { state, events } = await recordOf(number)
    expect(state).toMatchObject({ status: 'under-review', tier: 'review' })
    expect(events.filter(event => event.type === 'review.asked')).toMatchObject([
      { actor: { kind: 'resident' }, text: { text: 'Still there.' } },
    ])
  })

  test('is a message where there is nothing to open again', async () => {
    const number = await file()
    await update({ service_request_id: number, status: 'REOPEN', description: 'Hello?' })
    const { state, events } = await recordOf(number)
    expect(state.status).toBe('filed')
    expect(events.at(-1)).toMatchObject({ type: 'message.sent', text: { text: 'Hello?' } })
  })

  test('brings its files', async () => {
    const number = await file()
    const content = readFileSync(new URL('../demo/material/pothole.jpg', import.meta.url))
    const sent = [
      { name: 'photo1', filename: 'p.jpg', content },
      { name: 'api_key', value: api_key },
      { name: 'service_request_id', value: number },
      { name: 'status', value: 'OPEN' },
      { name: 'description', value: 'A picture.' },
      { name: 'update_id', value: '19' },
    ]
    expect((await client.postParts('servicerequestupdates.json', sent)).statusCode).toBe(200)
    expect((await client.postParts('servicerequestupdates.json', sent)).statusCode).toBe(200)
    const documents = (await eventsOf(number)).filter(event => event.type === 'document.added')
    expect(documents).toHaveLength(1)
    expect(documents[0]).toMatchObject({ by: 'resident', data: { mediaType: 'image/jpeg' } })
  })
})

describe('an update from a program of the institution', () => {
  const update = (number: string, fields: Record<string, string>, key = staffKey) =>
    client.post('servicerequestupdates.json', { api_key: key, service_request_id: number, ...fields })

  test('takes the case in hand and tells the resident, in the name of its member of staff', async () => {
    const number = await file()
    const fields = { update_id: '1', status: 'IN_PROGRESS', description: 'A crew is on its way.' }
    expect((await update(number, fields)).statusCode).toBe(200)
    expect((await update(number, fields)).statusCode).toBe(200)
    const events = await eventsOf(number)
    expect(events.filter(({ type }) => type === 'case.accepted')).toMatchObject([{ by: 'staff' }])
    expect(events.filter(({ type }) => type === 'message.sent')).toMatchObject([
      { by: 'staff', data: { from: 'staff' }, text: { text: 'A crew is on its way.' } },
    ])
  })

  test('that says it is done is kept for the official who answers, and closes nothing', async () => {
    const number = await file()
    expect((await update(number, { status: 'CLOSED', description: 'Filled on Tuesday.' })).statusCode).toBe(
      200,
    )
    const { state, events } = await recordOf(number)
    expect(state.status).toBe('filed')
    expect(events.at(-1)).toMatchObject({
      type: 'note.added',
      text: { text: 'Filled on Tuesday.\n[CLOSED]' },
    })
  })

  test('that says so of what was promised is the report of it', async () => {
    const number = await file()
    const head = await actorOf(office, office.staff['unit-head'])
    const { id } = (await recordOf(number)).state
    await acceptCase(office, head, { id })
    await answerCase(office, head, { id }, { parts, outcome: 'supported', remedyBy: '2026-03-20' })
    expect(
      (await update(number, { update_id: '2', status: 'FIXED', description: 'Filled.' })).statusCode,
    ).toBe(200)
    expect(
      (await update(number, { update_id: '2', status: 'FIXED', description: 'Filled.' })).statusCode,
    ).toBe(200)
    const events = await eventsOf(number)
    expect(events.filter(({ type }) => type === 'remedy.done')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'note.added')).toHaveLength(0)
    const told = (await client.get(`servicerequestupdates.json?service_request_id=${number}`)).json()
    expect(told.at(-1)).toMatchObject({ status: 'FIXED' })
  })

  test('is refused to whoever has no part in the case', async () => {
    const number = await file()
    const stranger = await open311Key(office)
    const administrator = await open311Key(office, {
      scopes: ['open311', 'cases:write'],
      staffId: office.staff.administrator,
    })
    const before = await eventsOf(number)
    for (const key of [stranger, administrator, '', 'xyz'])
      expect((await update(number, { status: 'OPEN', description: 'x' }, key)).statusCode).toBe(403)
    expect((await update('2031-000001-4', { status: 'OPEN', description: 'x' })).statusCode).toBe(404)
    expect(
      (await update(number, { status: 'MAGIC', updated_datetime: 'soon', description: 'x' })).json(),
    ).toHaveLength(2)
    expect((await client.post('servicerequestupdates.xml', { api_key })).statusCode).toBe(400)
    expect(await eventsOf(number)).toEqual(before)
  })
})
