import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type EventHeader, genesis, hashEvent } from './chain.ts'
import type { Json } from './json.ts'

const header: EventHeader = {
  tenant: 1,
  stream: '0190a6d2-7c1e-7000-8000-000000000001',
  seq: 1,
  type: 'case.filed',
  at: '2026-03-01T08:00:00.000Z',
  actor: { kind: 'resident' },
  data: { kind: 'grievance', category: 'roads' },
  sealedDigest: Buffer.alloc(32, 3),
}
const start = genesis(1, header.stream)

describe('the hash of an event', () => {
  test('is SHA-256 of the label, the previous hash and the canonical header, so that anyone can compute it', () => {
    const text =
      '{"actor":{"kind":"resident"},"at":"2026-03-01T08:00:00.000Z","data":{"category":"roads","kind":"grievance"},' +
      `"sealed":"${'03'.repeat(32)}","seq":1,"stream":"0190a6d2-7c1e-7000-8000-000000000001","tenant":1,"type":"case.filed"}`
    const expected = createHash('sha256').update('answerable event 1\n').update(start).update(text).digest()
    expect(hashEvent(header, start)).toEqual(expected)
    // Written down: a change of these bytes would orphan every chain there is.
    expect(expected.toString('hex')).toMatchInlineSnapshot(
      `"b56e9c49c1470ba72994fd56458033de323587a332b50490ebd61f7c1325207f"`,
    )
  })

  test('changes with each thing it covers', () => {
    const variants: EventHeader[] = [
      header,
      { ...header, tenant: 2 },
      { ...header, stream: '0190a6d2-7c1e-7000-8000-000000000002' },
      { ...header, seq: 2 },
      { ...header, type: 'case.accepted' },
      { ...header, at: '2026-03-01T08:00:00.001Z' },
      { ...header, actor: { kind: 'staff', id: 'x' } },
      { ...header, data: { kind: 'grievance', category: 'water' } },
      { ...header, data: {} },
      { ...header, data: null },
      { ...header, sealedDigest: Buffer.alloc(32, 4) },
      { ...header, sealedDigest: null },
    ]
    const hashes = variants.map(variant => hashEvent(variant, start).toString('hex'))
    hashes.push(hashEvent(header, Buffer.alloc(32)).toString('hex'))
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  test('does not depend on the order in which properties were written', () => {
    const turned = { ...header, data: { category: 'roads', kind: 'grievance' } }
    expect(hashEvent(turned, start)).toEqual(hashEvent(header, start))
  })

  test('is written out as the canonical form of the whole header', () => {
    const json = fc.jsonValue() as fc.Arbitrary<Json>
    fc.assert(
      fc.property(json, json, fc.string(), fc.nat(), (actor, data, type, seq) => {
        const event = { ...header, actor, data, type, seq, sealedDigest: null }
        const { sealedDigest: _, ...rest } = event
        const whole = canonicalJson({ ...rest, sealed: null })
        const expected = createHash('sha256')
          .update('answerable event 1\n')
          .update(start)
          .update(whole)
          .digest()
        expect(hashEvent(event, start)).toEqual(expected)
      }),
    )
  })

  test('is refused for what cannot be kept exactly', () => {
    for (const at of [
      '2026-03-01T08:00:00Z',
      '2026-03-01T08:00:00.000+08:00',
      '2026-03-01T08:00:00.000000Z',
      '',
    ])
      expect(() => hashEvent({ ...header, at }, start)).toThrow(TypeError)
    expect(() => hashEvent({ ...header, seq: 1.5 }, start)).toThrow(TypeError)
    expect(() => hashEvent({ ...header, tenant: Number.NaN }, start)).toThrow(TypeError)
    expect(() => hashEvent({ ...header, data: { n: Number.POSITIVE_INFINITY } }, start)).toThrow()
    expect(() => hashEvent(header, Buffer.alloc(31))).toThrow(TypeError)
  })

  test('starts in each stream and each tenant from a different place', () => {
    const starts = [genesis(1, 'a'), genesis(2, 'a'), genesis(1, 'b'), genesis(11, '/a'), genesis(1, '1/a')]
    expect(new Set(starts.map(hash => hash.toString('hex'))).size).toBe(starts.length)
  })

  test('costs little: thousands of cases a second of three events each leave it unnoticed', () => {
    const rounds = 20_000
    for (let i = 0; i < 2000; i++) hashEvent(header, start)
    const before = process.cpuUsage() // not the time that passes, in which others compute too
    let previous = start
    for (let seq = 1; seq <= rounds; seq++) previous = hashEvent({ ...header, seq }, previous)
    const spent = process.cpuUsage(before)
    const microseconds = (spent.user + spent.system) / rounds
    expect(microseconds).toBeLessThan(60) // measured: 8; the bar leaves room for a slow machine
  })
})
