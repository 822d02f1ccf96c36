import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAnswer, withoutQuotes } from './answers.ts'
import { categoryOf, doubled, readPairs, serviceOf } from './mapping.ts'
import { readAttributes, readRequests, readServices, readUpdates } from './remote.ts'
import { isGivenUp, nextTry, stretches } from './schedule.ts'

const now = Temporal.Instant.from('2026-03-02T01:00:00Z')

describe('pairs of categories and services', () => {
  test('are read as they are written, and what is none comes back', () => {
    expect(readPairs('a=1，b＝2、c=3').pairs).toEqual(readPairs('a=1,b=2,c=3').pairs)
    expect(readPairs('road-damage=pothole, street-light = lamp ,x,=y')).toEqual({
      pairs: [
        { category: 'road-damage', service: 'pothole' },
        { category: 'street-light', service: 'lamp' },
      ],
      unread: ['x', '=y'],
    })
  })

  test('lead from ours to theirs and back', () => {
    const { pairs } = readPairs('a=1,b=1')
    expect([serviceOf(pairs, 'b'), serviceOf(pairs, 'c'), categoryOf(pairs, '1')]).toEqual([
      '1',
      undefined,
      'a',
    ])
  })

  test('may meet on the other side, and never part on their own', () => {
    const { pairs } = readPairs('a=1,b=1')
    expect([doubled(pairs, 'to'), doubled(pairs, 'from')]).toEqual([undefined, '1'])
  })
})

describe('the next try', () => {
  test('comes later each time, an hour at the most, and never sooner than was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(100_000),
        (tries, chance, asked) => {
          const wait = (n: number, retry = 0) => nextTry(n, now, chance, retry).since(now).total('seconds')
          expect(wait(tries + 1)).toBeGreaterThanOrEqual(wait(tries))
          expect(wait(tries)).toBeLessThanOrEqual(3600 * 1.2)
          expect(wait(tries, asked)).toBeGreaterThanOrEqual(Math.min(asked, 86_400))
        },
      ),
    )
  })

  test('is given up after five days, not before', () => {
    expect(isGivenUp(now, now.add({ hours: 119 }))).toBe(false)
    expect(isGivenUp(now, now.add({ hours: 120 }))).toBe(true)
  })
})

test('the questions cover all the time since, each no longer than a server allows, with an overlap', () => {
  fc.assert(
    fc.property(fc.nat(800 * 24), hours => {
      const until = now.subtract({ hours })
      const found = stretches(until, now)
      expect(found[0]?.from.until(until).total('minutes')).toBe(5)
      expect(found.at(-1)?.to.equals(now)).toBe(true)
      for (const [i, { from, to }] of found.entries()) {
        expect(from.until(to).total('hours')).toBeLessThanOrEqual(90 * 24)
        if (i > 0) expect(from.equals(found[i - 1]?.to ?? now)).toBe(true)
      }
    }),
  )
})

describe('an answer', () => {
  const answer = (status: number, body: string) => readAnswer({ status, body, milliseconds: 1 })
  const refused = JSON.stringify([{ code: 400, description: 'No.' }, { description: 'Never.' }])

  test.each([
    [200, '[1]', { items: [1] }],
    [201, '{"requests":[1]}', { items: [1] }],
    [200, '<xml/>', { failure: { fault: 'not-json', status: 200 } }],
    [200, '7', { failure: { fault: 'not-json', status: 200 } }],
    [400, refused, { refused: 'No. Never.', status: 400 }],
    [404, refused, { refused: 'No. Never.', status: 404 }],
    [400, 'oops', { refused: 'HTTP 400', status: 400 }],
    [404, 'oops', { failure: { fault: 'http-404', status: 404 } }],
    [403, refused, { failure: { fault: 'key', status: 403 } }],
    [302, '', { failure: { fault: 'http-302', status: 302 } }],
    [429, refused, { failure: { fault: 'http-429', status: 429 } }],
    [503, refused, { failure: { fault: 'http-503', status: 503 } }],
  ])('%i %s', (status, body, told) => {
    expect(answer(status, body)).toEqual(told)
  })

  test('that did not come says why', () => {
    expect(readAnswer({ error: 'timeout', milliseconds: 1 })).toEqual({ failure: { fault: 'timeout' } })
  })
})

describe('what the other side says of a case, as an administrator sees it', () => {
  test('quotes nothing of the case', () => {
    const said = 'The neighbour at 12 Willow Street shouts all night.'
    expect(withoutQuotes(`description "${said}" is too rude`, said)).toBe('description "…" is too rude')
    expect(withoutQuotes('description is too rude', said)).toBe('description is too rude')
  })

  test('whatever it quotes of it', () => {
    const word = fc.string({ minLength: 20, maxLength: 60 })
    fc.assert(
      fc.property(word, word, word, (before, secret, after) => {
        const shown = withoutQuotes(before + secret + after, secret)
        for (let at = 0; at + 16 <= shown.length; at++) expect(secret).not.toContain(shown.slice(at, at + 16))
        expect(shown.length).toBeLessThanOrEqual(300)
      }),
    )
  })
})

describe('what another server lists', () => {
  test('may come as numbers or texts, and with nothing', () => {
    const [request] = readRequests([
      {
        service_request_id: 7,
        service_code: 1,
        description: null,
        lat: '31.2',
        long: 121.4,
        media_url: 'https://x/1.jpg',
      },
      { service_request_id: null, token: 'later' },
      null,
      'x',
    ])
    expect(request).toEqual({
      id: '7',
      service: '1',
      description: '',
      address: '',
      pin: { latitude: 31.2, longitude: 121.4 },
      media: ['https://x/1.jpg'],
      requestedAt: '',
      updatedAt: '',
      copyOf: '',
    })
  })

  test('is never more than it says, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), items => {
        for (const one of readRequests(items)) expect(one.id).not.toBe('')
        for (const one of readUpdates(items)) expect(one.id).not.toBe('')
        for (const one of readServices(items)) expect(one.code).not.toBe('')
        readAttributes(items[0])
      }),
    )
  })

  test('a request that is a copy says of what', () => {
    const of = (service_request_id_ext: unknown) =>
      readRequests([{ service_request_id: 1, service_request_id_ext }])[0]?.copyOf
    expect(of('https://town.example/open311/v2/requests/1')).toBe(
      'https://town.example/open311/v2/requests/1',
    )
    expect([of('12'), of(null)]).toEqual(['', ''])
  })
})
