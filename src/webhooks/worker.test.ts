import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import { jobsOf } from '../app.ts'
import { systemClock } from '../platform/clock.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import { startJobs } from '../platform/jobs.ts'
import { addEndpoint } from './actions/endpoints.ts'

const database = await testDatabase()
const town = await testOffice(database, { start: systemClock.now().toString() })
const env = { WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' }
const { parts } = await testApp(database, systemClock, { env })
const office = await parts.offices.forTenant(town.tenant.id)

test('with the worker at work, a filing is told within seconds, and once more after a failure', async () => {
  const receiver = await startReceiver()
  receiver.answer = { status: 503 }
  const input = { url: receiver.url, types: ['case.filed'] }
  const { secret } = await addEndpoint(office, 'set-up', input, allowedNetworks(['127.0.0.0/8']))
  const worker = await startJobs(database.url, parts.log, jobsOf(parts))
  onTestFinished(() => worker.stop())
  const { number } = await fileOne(office)
  const wait = async (times: number) => {
    for (let i = 0; i < 200 && receiver.got.length < times; i++) await sleep(100)
  }
  await wait(1)
  receiver.answer = { status: 200 }
  await wait(2)
  expect(receiver.got).toHaveLength(2)
  for (const { headers, body } of receiver.got) {
    const payload = new Webhook(secret).verify(body, headers as Record<string, string>)
    expect(payload).toMatchObject({ type: 'case.filed', data: { number, status: 'filed' } })
  }
  const [first, second] = receiver.got.map(one => one.headers['webhook-id'])
  expect(second).toBe(first)
}, 30_000)
