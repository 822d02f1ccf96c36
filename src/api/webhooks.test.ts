import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { tokenFor } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { drivesAll } from '../../test/support/driven.ts'
import { testOffice } from '../../test/support/office.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)
let api: ApiClient
beforeAll(async () => {
  api = await apiClient(app, await tokenFor(office, office.staff.administrator, ['webhooks']))
})
drivesAll(import.meta.filename, () => api)

const added = async (url: string, types?: string[]) =>
  (await api.call('add-webhook', { body: { url, ...(types && { types }) } })).json()
const typesOf = async () =>
  (
    await database.owner.query<{ type: string }>(
      `select type from events where type like 'webhooks.%' order by seq`,
    )
  ).rows.map(row => row.type)

describe('a program that looks after webhooks', () => {
  test('adds an address and is told its secret once', async () => {
    const made = await api.call('add-webhook', {
      body: { url: 'https://hooks.example.org/in', types: ['case.filed'] },
    })
    const { secret, ...webhook } = made.json()
    expect(secret).toMatch(/^whsec_/)
    expect(made.headers.location).toBe(`/api/v1/webhooks/${webhook.id}`)
    const params = { id: webhook.id }
    expect((await api.call('find-webhook', { params })).json()).toEqual(webhook)
    expect(webhook).toMatchObject({ status: 'active', types: ['case.filed'] })
    // Neither is it in what is kept of requests that name themselves.
    const { rows } = await database.owner.query(
      `select 1 from idempotency_keys where result::text like '%whsec_%'`,
    )
    expect(rows).toEqual([])
    const again = await api.call('add-webhook', { body: { url: 'https://hooks.example.org/in' } })
    expect(again.json().errors).toMatchObject([{ field: 'url' }])
  })

  test('changes what it is told of, its secret and whether it is sent to, and is not let to do so twice', async () => {
    const params = { id: (await added('https://hooks.example.org/changing')).id }
    const changed = await api.call('change-webhook', {
      params,
      body: { types: ['case.closed', 'case.closed'] },
    })
    expect(changed.json().types).toEqual(['case.closed'])
    const { secret } = (await api.call('rotate-webhook-secret', { params })).json()
    expect(secret).toMatch(/^whsec_/)
    expect((await api.call('find-webhook', { params })).json().earlierSecretUntil).not.toBeNull()
    const headers = { 'idempotency-key': 'off' }
    for (let i = 0; i < 2; i++)
      expect((await api.call('stop-webhook', { params, headers })).json()).toMatchObject({
        status: 'disabled',
        disabledBecause: 'administrator',
      })
    expect((await api.call('stop-webhook', { params })).statusCode).toBe(409)
    expect((await api.call('test-webhook', { params })).statusCode).toBe(409)
    expect((await api.call('resume-webhook', { params })).json().status).toBe('active')
    const before = await typesOf()
    expect(before.slice(-4)).toEqual([
      'webhooks.types-changed',
      'webhooks.secret-rotated',
      'webhooks.endpoint-disabled',
      'webhooks.endpoint-enabled',
    ])
    expect((await api.call('remove-webhook', { params })).statusCode).toBe(204)
    expect((await api.call('remove-webhook', { params })).statusCode).toBe(404)
    expect((await api.call('find-webhook', { params })).statusCode).toBe(404)
  })

  test('tries an address, reads its log and has messages sent again', async () => {
    const params = { id: (await added('https://hooks.example.org/log')).id }
    const messages: string[] = []
    for (let i = 0; i < 5; i++) {
      office.clock.advance({ seconds: 1 })
      messages.unshift((await api.call('test-webhook', { params })).json().message)
    }
    const seen: string[] = []
    let query: Record<string, string> = { limit: '2' }
    for (;;) {
      const { deliveries, next } = (await api.call('list-deliveries', { params, query })).json()
      seen.push(...deliveries.map((one: { message: string }) => one.message))
      if (!next) break
      query = { ...Object.fromEntries(new URL(next, 'http://x').searchParams), limit: '1' }
    }
    expect(seen).toEqual(messages)
    const [message = ''] = messages
    const one = await api.call('replay-delivery', { params: { ...params, message } })
    expect(one.json()).toEqual({ messages: 1 })
    const now = office.clock.now()
    const stretch = {
      since: now.subtract({ seconds: 2 }).toString({ fractionalSecondDigits: 3 }),
      until: now.add({ seconds: 1 }).toString({ fractionalSecondDigits: 3 }),
    }
    const some = { params, body: { ...stretch, failedOnly: false } }
    expect((await api.call('replay-deliveries', some)).json()).toEqual({ messages: 3 })
    const none = await api.call('replay-deliveries', { params, body: { ...stretch, failedOnly: true } })
    expect(none.statusCode).toBe(409)
    const made = await api.call('replay-delivery', {
      params: { ...params, message: `msg_${'0'.repeat(32)}` },
    })
    expect(made.statusCode).toBe(404)
  })

  test('lists them a few at a time, whatever each page’s limit', async () => {
    const all: string[] = []
    let query: Record<string, string> = { limit: '1' }
    for (;;) {
      const answer = await api.call('list-webhooks', { query })
      const { webhooks, next } = answer.json()
      all.push(...webhooks.map((one: { url: string }) => one.url))
      expect(answer.headers.link ?? '').toContain(next ?? '')
      if (!next) break
      query = { ...Object.fromEntries(new URL(next, 'http://x').searchParams), limit: '100' }
    }
    expect(all).toEqual(['https://hooks.example.org/in', 'https://hooks.example.org/log'])
    for (const limit of ['0', '101', '1.5', 'x', ''])
      expect((await api.call('list-webhooks', { query: { limit } })).json().errors).toMatchObject([
        { field: 'query.limit' },
      ])
    const cursor = Buffer.from('["units","x"]').toString('base64url')
    expect((await api.call('list-webhooks', { query: { cursor } })).statusCode).toBe(422)
  })

  test('may not have private addresses told, nor types that there are not', async () => {
    for (const url of ['https://10.0.0.1/', 'http://hooks.example.org/', 'ftp://x', 'x'])
      expect((await api.call('add-webhook', { body: { url } })).json().errors, url).toMatchObject([
        { field: 'url' },
      ])
    const body = { url: 'https://hooks.example.org/odd', types: ['person.moved'] }
    const odd = await api.call('add-webhook', { body, wrong: true })
    expect(odd.json().errors).toMatchObject([{ field: 'types.0' }])
  })
})
