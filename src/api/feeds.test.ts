import { beforeAll, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { tokenFor } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { drivesAll } from '../../test/support/driven.ts'
import { testOffice } from '../../test/support/office.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)
let api: ApiClient
beforeAll(async () => {
  const lead = await tokenFor(office, office.staff.lead, ['cases:read', 'cases:write', 'residents'])
  api = await apiClient(app, lead)
})
drivesAll(import.meta.filename, () => api)

const opened = async (address: string) => app.inject({ url: new URL(address).pathname })

test('a member of staff has calendar addresses made, made anew and ended', async () => {
  const none = { addresses: null }
  expect((await api.call('find-own-feeds')).json()).toEqual(none)
  const first = (await api.call('renew-own-feeds')).json().addresses
  expect((await api.call('find-own-feeds')).json().addresses).toEqual(first)
  for (const address of [first.mine, first.unit])
    expect((await opened(address)).headers['content-type']).toContain('text/calendar')
  const second = (await api.call('renew-own-feeds')).json().addresses
  expect((await opened(first.mine)).statusCode).toBe(404)
  expect((await opened(second.mine)).statusCode).toBe(200)
  expect((await api.call('end-own-feeds')).statusCode).toBe(204)
  expect((await opened(second.mine)).statusCode).toBe(404)
  expect((await api.call('find-own-feeds')).json()).toEqual(none)
})

test('sent again under its name, a request makes no other address', async () => {
  const sent = { headers: { 'idempotency-key': 'feeds' } }
  const first = await api.call('renew-own-feeds', sent)
  const again = await api.call('renew-own-feeds', sent)
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.json()).toEqual(first.json())
})

test('a resident has the address of their case’s calendar, and makes it anew', async () => {
  const { number, receiptCode } = await fileOne(office)
  const headers = { 'receipt-code': receiptCode }
  const { address } = (await api.call('follow-feed', { params: { number }, headers })).json()
  const calendar = await opened(address)
  expect(calendar.headers['content-type']).toContain('text/calendar')
  expect(calendar.body).toContain(number)
  const renewed = (await api.call('renew-follow-feed', { params: { number }, headers })).json()
  expect((await opened(address)).statusCode).toBe(404)
  expect((await opened(renewed.address)).statusCode).toBe(200)
  expect((await api.call('follow-feed', { params: { number }, headers })).json()).toEqual(renewed)
})
