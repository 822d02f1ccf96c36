import { beforeAll, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { everyScope, tokenFor } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { tracesOf } from '../../test/support/traces.ts'
import { changeOrganisation, liveThrough } from '../../test/support/whole-life.ts'
import { roles } from '../org/may.ts'
import { operations } from './operations.ts'

// Promise 6 at this door: residents with names that occur nowhere else, and cases that have been through everything;
// then all that can be read, by tokens of every role and by receipts, is searched for them.

const party = { name: 'Zyxomma Petiolatum', email: 'zyxomma@markers.example', phone: '+99 5550 1904 471' }
const traces = tracesOf([...Object.values(party), 'Zyxomma', 'Petiolatum', 'markers.example', '5550 1904'])

const database = await testDatabase()
const office: TestOffice = await testOffice(database)
const { app } = await testApp(database, office.clock)
let api: ApiClient
const tokens = new Map<string, string>()
beforeAll(async () => {
  await liveThrough(office, { party })
  await liveThrough(office, { party, protection: 'protected' })
  await changeOrganisation(office)
  for (const role of roles) {
    const staffId = office.staff[role]
    const token = await tokenFor(office, staffId, everyScope)
    tokens.set(role, token)
  }
  api = await apiClient(app, tokens.get('auditor') ?? '')
}, 120_000)

test('nothing that any token reads holds the name or the contact of a resident', async () => {
  const { rows } = await database.owner.query<{ number: string }>('select number from cases order by number')
  const { rows: ids } = await database.owner.query<{ id: string }>(
    `select distinct coalesce(data->>'id', data #>> '{obligation,id}') as id from events
     where data ? 'id' or data ? 'obligation'`,
  )
  let read = 0
  for (const token of tokens.values()) {
    for (const one of operations.filter(({ method, who }) => method === 'get' && who !== 'resident')) {
      const numbers = one.path.includes('{number}') ? rows.map(row => row.number) : ['']
      const others = one.path.includes('{id}') ? ids.slice(0, 6).map(row => row.id) : ['']
      for (const number of numbers) {
        for (const id of others) {
          const params = { number, id, list: 'staff', message: '' }
          const answer = await api.call(one.id, { params, token })
          if (answer.statusCode !== 200) continue
          read++
          expect(traces.in(answer.body), `${one.id} ${number} ${id}`).toEqual([])
          expect(traces.in(JSON.stringify(answer.headers)), one.id).toEqual([])
        }
      }
    }
  }
  expect(read).toBeGreaterThan(100)
}, 120_000)

test('looking for a name, an address or a number finds no case', async () => {
  const token = tokens.get('auditor')
  for (const q of [...Object.values(party), 'Zyxomma', '5550 1904 471', 'zyxomma']) {
    const found = await api.call('list-cases', { query: { q }, token })
    expect(found.json().cases, q).toEqual([])
  }
})

test('a protected or anonymous resident has no mask either, and a named one no more than a first letter', async () => {
  const { rows } = await database.owner.query<{ number: string }>('select number from cases')
  const masks = new Set<string>()
  for (const { number } of rows) {
    const { resident } = (await api.call('find-case', { params: { number } })).json()
    masks.add(`${resident.protection} ${resident.masked}`)
  }
  expect([...masks]).toEqual(expect.arrayContaining(['named Z**', 'protected null']))
  for (const mask of masks) expect(mask).toMatch(/^(named .\*\*|protected null|anonymous null)$/)
})
