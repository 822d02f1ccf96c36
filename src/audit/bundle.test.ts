import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { writeStream } from '../../test/support/record.ts'
import { BundleUnreadable, exportBundle } from './bundle.ts'
import { makeCheckpoint } from './checkpoint.ts'
import { publishCheckpoints, publishedPath } from './publication.ts'
import type { EventLine, RecordLine } from './record.ts'
import { verifyBundle } from './verify.ts'

const secret = '王小明 13800138000'

let database: TestDatabase
let office: TestOffice
let folder: string
let streams: string[]

beforeAll(async () => {
  database = await testDatabase()
  office = await testOffice(database)
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  streams = []
  for (let i = 0; i < 3; i++) streams.push(await writeStream(office, 3, { name: secret }))
  await makeCheckpoint(office)
  for (let i = 0; i < 2; i++) streams.push(await writeStream(office, 2, { name: secret }))
  await makeCheckpoint(office)
  streams.push(await writeStream(office, 2))
})
afterAll(() => rm(folder, { recursive: true }))

let files = 0
async function exported(options: { payloads?: boolean; name?: string } = {}): Promise<string> {
  const path = join(folder, `${files++}-${options.name ?? 'bundle.jsonl'}`)
  await exportBundle(
    { pool: database.pool, tenant: office.tenant.id, now: office.clock.now() },
    path,
    options,
  )
  return path
}

type Lines = RecordLine[]
const linesOf = async (path: string): Promise<Lines> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

/** Exports, lets `change` do to the lines what it will, and verifies what it leaves. */
async function verifyChanged(change: (lines: Lines) => Lines, payloads = false) {
  const path = await exported({ payloads })
  const changed = change(await linesOf(path))
  await writeFile(path, changed.map(line => `${JSON.stringify(line)}\n`).join(''))
  return verifyBundle(path)
}

const startOf = (lines: Lines, stream: string) =>
  lines.findIndex(line => line.kind === 'stream' && line.id === stream)
function eventOf(lines: Lines, stream: string, seq: number): EventLine {
  const line = lines.slice(startOf(lines, stream) + 1).find(each => each.kind === 'event' && each.seq === seq)
  if (line?.kind !== 'event') throw new Error('no such event')
  return line
}

describe('an exported bundle', () => {
  test('verifies without database or key, plain or compressed', async () => {
    for (const name of ['bundle.jsonl', 'bundle.jsonl.gz']) {
      const report = await verifyBundle(await exported({ name }))
      expect(report).toMatchObject({ ok: true, problems: [], checkpoints: 2, uncovered: 2, published: null })
      expect(report.events).toBeGreaterThan(15)
    }
  })

  test('as a folder is verified together with the copy of the published checkpoints in it', async () => {
    const path = join(folder, 'whole')
    await mkdir(path)
    await publishCheckpoints(office, path)
    const published = await readFile(publishedPath(path, office.tenant.id), 'utf8')
    await writeFile(join(path, 'record.jsonl.gz'), gzipSync(await readFile(await exported())))
    await writeFile(join(path, 'checkpoints.jsonl'), published)
    expect(await verifyBundle(path)).toMatchObject({ ok: true, published: { lines: 2 } })
    await writeFile(join(path, 'checkpoints.jsonl'), published.replace('"size":', '"size":1'))
    expect((await verifyBundle(path)).problems).toMatchObject([{ code: 'published-differs', checkpoint: 1 }])
  })

  test('holds no key and nothing in plain text that is sealed', async () => {
    const { rows } = await database.owner.query(
      `select wrapped as bytes from stream_keys union select wrapped_key from tenants union select sealed_private from signing_keys`,
    )
    for (const payloads of [false, true]) {
      const text = await readFile(await exported({ payloads }), 'utf8')
      expect(text).not.toContain('王小明')
      expect(text).not.toContain('13800138000')
      for (const { bytes } of rows) {
        expect(text).not.toContain(bytes.toString('hex'))
        expect(text).not.toContain(bytes.toString('base64'))
      }
    }
  })

  test('holds sealed payloads only where asked to, and then they are verified too', async () => {
    const plain = await linesOf(await exported())
    expect(plain.some(line => 'payload' in line)).toBe(false)
    expect(await verifyBundle(await exported({ payloads: true }))).toMatchObject({ ok: true })
    const stream = streams[1] ?? ''
    const report = await verifyChanged(lines => {
      const event = eventOf(lines, stream, 1)
      event.payload = Buffer.from(event.payload ?? '', 'base64')
        .fill(7, 50, 60)
        .toString('base64')
      return lines
    }, true)
    expect(report.firstBadEvent).toMatchObject({ stream, seq: 1, code: 'payload-altered' })
  })

  test('is readable by its owner only', async () => {
    expect((await stat(await exported())).mode & 0o777).toBe(0o600)
  })
})

describe('a bundle altered on its way', () => {
  test('by one changed event is found, and the event named', async () => {
    const stream = streams[2] ?? ''
    const report = await verifyChanged(lines => {
      eventOf(lines, stream, 2).data = { note: 'other' }
      return lines
    })
    expect(report.firstBadEvent).toMatchObject({ stream, seq: 2, code: 'event-altered' })
  })

  test('by a stream left out, as if it had never been, is found and named through its checkpoint', async () => {
    const stream = streams[1] ?? ''
    const report = await verifyChanged(lines => {
      const start = startOf(lines, stream)
      const next = lines.findIndex((line, i) => i > start && line.kind === 'stream')
      return lines.toSpliced(start, next - start)
    })
    expect(report.problems).toEqual([{ code: 'leaf-unmatched', stream, seq: 3, checkpoint: 1 }])
  })

  test('in several places is told by the first of them', async () => {
    const [first = '', , third = ''] = streams
    const report = await verifyChanged(lines => {
      eventOf(lines, third, 1).type = 'test.other'
      const start = startOf(lines, first)
      return lines.toSpliced(start, lines.findIndex((line, i) => i > start && line.kind === 'stream') - start)
    })
    expect(report.problemCount).toBe(2)
    expect(report.firstBadEvent).toMatchObject({ stream: first })
  })

  test('by a tail cut off a stream and its row set back is found and named', async () => {
    const stream = streams[1] ?? ''
    const report = await verifyChanged(lines => {
      const last = eventOf(lines, stream, 3)
      const row = lines[startOf(lines, stream)]
      if (row?.kind === 'stream') Object.assign(row, { seq: 2, head: last.previous, pending: 2 })
      return lines.filter(line => line !== last)
    })
    expect(report.firstBadEvent).toMatchObject({ code: 'leaf-unmatched', stream, seq: 3, checkpoint: 1 })
  })

  test('by events said to be under a checkpoint that they are not under is found', async () => {
    const stream = streams.at(-1) ?? ''
    for (const no of [1, 2, 3, -1, 4_000_000_000]) {
      const report = await verifyChanged(lines => {
        const event = eventOf(lines, stream, 2)
        event.leaf = { no, position: 0, hash: event.hash }
        return lines
      })
      expect(report.problems).toContainEqual({ code: 'leaf-unmatched', stream, seq: 2, checkpoint: no })
    }
  })

  test('by its end cut off is found, also in the middle of the compressed bytes', async () => {
    expect((await verifyChanged(lines => lines.slice(0, -1))).problems).toMatchObject([
      { code: 'bundle-cut' },
    ])
    expect((await verifyChanged(lines => lines.slice(0, 9))).ok).toBe(false)
    const path = await exported({ name: 'cut.jsonl.gz' })
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, bytes.length - 20))
    await expect(verifyBundle(path)).rejects.toThrow(BundleUnreadable)
  })

  test('by a stream told twice, with two histories, is found', async () => {
    const report = await verifyChanged(lines => {
      const start = startOf(lines, streams[0] ?? '')
      const next = lines.findIndex((line, i) => i > start && line.kind === 'stream')
      return lines.toSpliced(next, 0, ...lines.slice(start, next))
    })
    expect(report.problems).toContainEqual(
      expect.objectContaining({ code: 'stream-repeated', stream: streams[0] }),
    )
  })

  test('by the public key exchanged is found', async () => {
    const report = await verifyChanged(lines =>
      lines.map(line =>
        line.kind === 'key' ? { ...line, publicKey: Buffer.from('no key').toString('base64') } : line,
      ),
    )
    expect(report.problems.map(problem => problem.code)).toEqual(['key-unknown', 'key-unknown'])
  })
})

describe('what is not a bundle', () => {
  test.each([
    ['an empty file', ''],
    ['a file of another kind', 'number,date\n1,2\n'],
    ['JSON of another kind', '{"name":"x"}\n'],
    ['lines in another order', '{"kind":"end"}\n'],
    ['a later version', '{"kind":"record","version":2,"tenant":1,"at":""}\n'],
    ['an event of no stream', '{"kind":"record","version":1,"tenant":1,"at":""}\n{"kind":"event"}\n'],
    ['two beginnings', '{"kind":"record","version":1,"tenant":1,"at":""}\n'.repeat(2)],
  ])('%s, is refused with a sentence', async (_name, content) => {
    const path = join(folder, `${files++}.jsonl`)
    await writeFile(path, content)
    await expect(verifyBundle(path)).rejects.toThrow(BundleUnreadable)
  })

  test('a missing file, an empty folder and plain text named .gz, are refused with a sentence', async () => {
    await expect(verifyBundle(join(folder, 'nothing'))).rejects.toThrow(BundleUnreadable)
    await mkdir(join(folder, 'empty'))
    await expect(verifyBundle(join(folder, 'empty'))).rejects.toThrow('has neither record.jsonl nor')
    const path = join(folder, 'plain.jsonl.gz')
    await writeFile(path, gunzipSync(gzipSync('x')))
    await expect(verifyBundle(path)).rejects.toThrow(BundleUnreadable)
  })
})
