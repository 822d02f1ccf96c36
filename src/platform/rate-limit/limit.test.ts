import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { translator } from '../i18n/translator.ts'
import { networkOf } from './address.ts'
import { createLimit } from './limit.ts'
import { createReceiptLimit } from './receipt-limit.ts'
import { limitByAddress, waitText } from './reply.ts'
import { allowance } from './rules.ts'

const start = Temporal.Instant.from('2026-03-01T00:00:00Z')
const after = (seconds: number) => start.add({ seconds })

describe('limits by key', () => {
  test('one key’s attempts do not cost another', () => {
    const limit = createLimit(allowance({ burst: 1, everyMs: 1000 }))
    expect([limit.attempt('a', start), limit.attempt('a', start), limit.attempt('b', start)]).toEqual([
      0, 1000, 0,
    ])
  })

  test('a flood of new keys pushes out only those unused for long', () => {
    const limit = createLimit(allowance({ burst: 1, everyMs: 1000 }), 200)
    limit.attempt('early', start)
    for (let i = 0; i < 99; i++) limit.attempt(`first ${i}`, start)
    limit.attempt('late', start)
    for (let i = 0; i < 99; i++) limit.attempt(`second ${i}`, start)
    expect(limit.attempt('late', start)).toBe(1000)
    for (let i = 0; i < 100; i++) limit.attempt(`third ${i}`, start)
    expect(limit.attempt('early', start)).toBe(0)
  })

  test('counting is cheap enough for a flood', () => {
    const limit = createLimit(allowance({ burst: 10, everyMs: 1000 }))
    const began = performance.now()
    for (let i = 0; i < 200_000; i++) limit.attempt(`10.${i & 255}.${(i >> 8) & 255}.1`, start)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

describe('addresses', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('guessing a receipt code', () => {
  test('slows down after five wrong codes from one address, while another address still gets in', () => {
    const limit = createReceiptLimit()
    for (let i = 0; i < 6; i++) expect(limit.attempt('203.0.113.9', '2026-000123-7', start)).toBe(0)
    expect(limit.attempt('203.0.113.9', '2026-000123-7', start)).toBe(30_000)
    expect(limit.attempt('198.51.100.4', '2026-000123-7', start)).toBe(0)
    expect(limit.attempt('203.0.113.9', '2026-000124-5', start)).toBe(0)
    expect(limit.attempt('203.0.113.9', '2026-000123-7', after(30))).toBe(0)
    expect(limit.attempt('203.0.113.9', '2026-000123-7', after(31))).toBe(59_000)
  })

  test('a right code wipes out the mistakes before it', () => {
    const limit = createReceiptLimit()
    for (let i = 0; i < 20; i++) {
      for (let wrong = 0; wrong < 5; wrong++) expect(limit.attempt('203.0.113.9', 'n', after(i * 60))).toBe(0)
      limit.succeeded('203.0.113.9', 'n')
    }
  })

  test('a stranger with a thousand addresses cannot shut residents out of their case for more than a second', () => {
    const limit = createReceiptLimit()
    for (let i = 0; i < 1000; i++) limit.attempt(`10.0.${i >> 8}.${i & 255}`, 'n', start)
    expect(limit.attempt('203.0.113.9', 'n', start)).toBe(1000)
    expect(limit.attempt('203.0.113.9', 'n', after(1))).toBe(0)
  })

  test('who comes by the pages and with a program has no more tries than by one of them', () => {
    const limit = createReceiptLimit()
    const by = ['person', 'program'] as const
    const waits = Array.from({ length: 8 }, (_, i) => limit.attempt('203.0.113.9', 'n', start, by[i % 2]))
    expect(waits).toEqual([0, 0, 0, 0, 0, 0, 30_000, 30_000])
  })

  test('one address cannot try many cases without end', () => {
    const limit = createReceiptLimit()
    let passed = 0
    for (let i = 0; i < 1000; i++) if (limit.attempt('203.0.113.9', String(i), start) === 0) passed++
    expect(passed).toBe(60)
  })
})

describe('a page that is asked for too often', () => {
  test('answers 429 with Retry-After, and serves again once that time has passed', async () => {
    let now = start
    const app = fastify()
    const limit = createLimit(allowance({ burst: 2, everyMs: 1500 }))
    const preHandler = limitByAddress(
      limit,
      () => now,
      async (_request, reply) => reply.send('wait'),
    )
    app.get('/', { preHandler }, async () => 'welcome')
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await app.inject('/')).statusCode)
    expect(statuses).toEqual([200, 200, 429])
    const refused = await app.inject('/')
    expect(refused.headers['retry-after']).toBe('2')
    expect(refused.body).toBe('wait')
    now = now.add({ seconds: 2 })
    expect((await app.inject('/')).statusCode).toBe(200)
    await app.close()
  })

  test('says in both languages how long to wait', () => {
    expect(waitText(translator('en'), 900)).toContain('in 1 second.')
    expect(waitText(translator('en'), 91_000)).toContain('2 minutes')
    expect(waitText(translator('zh-CN'), 30_000)).toContain('30 秒')
  })
})
