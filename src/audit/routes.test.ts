import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { type Visitor, visitor } from '../../test/support/visitor.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { type CaseProof, caseProofHolds, proveCase } from './case-proof.ts'
import { renewSigningKey } from './checkpoint.ts'
import { closeMinute } from './jobs.ts'
import { publishedPath } from './publication.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)
const { dataDir } = parts.config
const anybody = visitor(app)
const folder = mkdtempSync(join(tmpdir(), 'answerable-check-'))
let proof: CaseProof

beforeAll(async () => {
  for (let minute = 0; minute < 5; minute++) {
    const { caseId, number } = await fileOne(office)
    await fileOne(office)
    office.clock.advance({ minutes: 1 })
    if (minute === 2) await renewSigningKey(office)
    await closeMinute(office, dataDir)
    const proved = await inSnapshot(database.pool, office.tenant.id, tx => proveCase(tx, caseId, number))
    if (!proved) throw new Error('no proof')
    proof = proved
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the public record', () => {
  test('is open to anybody, as pages in both languages', async () => {
    for (const path of ['/verify', '/audit/checkpoints', '/audit/checkpoints/2', '/audit/keys']) {
      for (const [lang, word] of [
        ['en', 'record|checkpoint|key'],
        ['zh-CN', '记录|检查点|公钥'],
      ] as const) {
        const page = await visitor(app).get(`${path}?lang=${lang}`)
        expect(page.statusCode, path).toBe(200)
        expect(page.body, path).toMatch(new RegExp(`<h1[^>]*>[^<]*(${word})`, 'i'))
      }
    }
    expect((await anybody.get('/audit')).headers.location).toBe('/audit/checkpoints')
  })

  test('is read as JSON by address or by what is asked for, page by page', async () => {
    const byAddress = (await anybody.get('/audit/checkpoints.json')).json()
    const byHeader = (await anybody.get('/audit/checkpoints', { accept: 'application/json' })).json()
    expect(byHeader).toEqual(byAddress)
    expect(byAddress.checkpoints.map((one: { no: number }) => one.no)).toEqual([5, 4, 3, 2, 1])
    const older = (await anybody.get('/audit/checkpoints.json?before=3')).json()
    expect(older.checkpoints.map((one: { no: number }) => one.no)).toEqual([2, 1])
    expect((await anybody.get('/audit/checkpoints/2.json')).json()).toEqual(older.checkpoints[0])
    expect((await anybody.get('/audit/keys.json')).json().keys).toHaveLength(2)
  })

  test('has nothing where there is nothing, and a number out of all bounds is no fault', async () => {
    for (const path of ['/audit/checkpoints/6', '/audit/checkpoints/0', '/audit/checkpoints/x.json'])
      expect((await anybody.get(path)).statusCode, path).toBe(404)
    expect((await anybody.get('/audit/checkpoints/99999999999999999999')).statusCode).toBe(404)
    expect((await anybody.get('/audit/checkpoints?before=99999999999999999999')).statusCode).toBe(200)
  })

  test('is published as the very file that the program compares with', async () => {
    const sent = await anybody.get('/audit/checkpoints.jsonl')
    expect(sent.headers['content-disposition']).toContain('attachment')
    expect(sent.body).toBe(readFileSync(publishedPath(dataDir, office.tenant.id), 'utf8'))
    expect(sent.body.trim().split('\n')).toHaveLength(5)
  })

  test('names nobody and no case', async () => {
    const all = await Promise.all(
      [
        '/audit/checkpoints.jsonl',
        '/audit/checkpoints',
        '/audit/keys',
        '/verify',
        '/audit/checkpoints/1',
      ].map(async path => (await anybody.get(path)).body),
    )
    for (const body of all) expect(body).not.toMatch(/Robin|robin@|2026-0000|Willow Street/)
  })

  test('is each office’s own', async () => {
    const other = await testOffice(database, { host: 'other.example' })
    parts.offices.forget()
    const there: Visitor = visitor(app, { host: 'other.example' })
    expect((await there.get('/audit/checkpoints.json')).json()).toEqual({ checkpoints: [] })
    expect((await there.get('/audit/checkpoints/1')).statusCode).toBe(404)
    expect((await there.get('/audit/checkpoints.jsonl')).statusCode).toBe(404)
    expect((await there.get('/verify')).statusCode).toBe(200)
    await fileOne(other)
    await closeMinute(other, dataDir)
    const [own] = (await there.get('/audit/checkpoints.json')).json().checkpoints
    expect(own).toMatchObject({ no: 1, tenant: other.tenant.id })
  })
})

describe('the program that anybody can check with', () => {
  const save = async (path: string, name: string, change = (text: string) => text) => {
    writeFileSync(join(folder, name), change((await anybody.get(path)).body))
    return name
  }
  const check = (...line: string[]) => {
    const { status, stdout } = spawnSync(process.execPath, ['check.mjs', ...line], {
      cwd: folder,
      encoding: 'utf8',
    })
    return { ok: status === 0, said: stdout }
  }
  const prove = (change: Partial<CaseProof> = {}) => {
    writeFileSync(join(folder, 'proof.json'), JSON.stringify({ ...proof, ...change }))
    return ['--case', 'proof.json']
  }

  beforeAll(async () => {
    await save('/audit/check.mjs', 'check.mjs')
    await save('/audit/checkpoints.jsonl', 'checkpoints.jsonl')
    await save('/audit/keys.json', 'keys.json')
  })

  test('finds what was published whole, over a change of keys, and the proof of a case in it', () => {
    const { ok, said } = check(...prove())
    expect(said).toContain('5 checkpoints')
    expect(said).toContain(`of case ${proof.number} stood at`)
    expect(ok).toBe(true)
    expect(caseProofHolds(proof, proof.publicKey)).toBe(true)
  })

  test('finds a checkpoint that was changed, left out or signed by another hand', async () => {
    const changes: ((text: string) => string)[] = [
      text => text.replace('"size":2', '"size":3'),
      text => text.split('\n').toSpliced(1, 1).join('\n'),
      text => text.split('\n').slice(1).join('\n'),
      text => text.replace(/"signature":"(..)/, '"signature":"AA'),
    ]
    for (const change of changes) {
      const file = await save('/audit/checkpoints.jsonl', 'changed.jsonl', change)
      expect(check(file, 'keys.json')).toMatchObject({ ok: false })
    }
    expect(check('checkpoints.jsonl', 'keys.json', '--key', '0'.repeat(32)).ok).toBe(false)
  })

  test('finds that a copy kept elsewhere differs', async () => {
    const earlier = await save(
      '/audit/checkpoints.jsonl',
      'earlier.jsonl',
      text => `${text.split('\n').slice(0, 3).join('\n')}\n`,
    )
    expect(check('checkpoints.jsonl', 'keys.json', '--earlier', earlier)).toMatchObject({ ok: true })
    await save('/audit/checkpoints.jsonl', 'earlier.jsonl', text => text.replace(/"root":"../, '"root":"00'))
    expect(check('checkpoints.jsonl', 'keys.json', '--earlier', earlier).said).toContain('differs at line 1')
  })

  test('finds an event of a case that was changed, left out or moved', () => {
    const [first, second, ...rest] = proof.events
    if (!first || !second) throw new Error('too few events')
    const altered: Partial<CaseProof>[] = [
      { events: [{ ...first, at: '2020-01-01T00:00:00.000Z' }, second, ...rest] },
      { events: [{ ...first, sealed: '0'.repeat(64) }, second, ...rest] },
      { events: [{ ...first, data: { ...(first.data as object), kind: 'question' } }, second, ...rest] },
      { events: [first, ...rest] },
      { events: proof.events.slice(0, -1) },
      { stream: office.tenant.streamId },
      { position: proof.position + 1 },
      { checkpoint: { ...proof.checkpoint, size: 1 } },
    ]
    for (const change of altered) {
      expect(check(...prove(change)), JSON.stringify(change)).toMatchObject({ ok: false })
      expect(caseProofHolds({ ...proof, ...change }, proof.publicKey)).toBe(false)
    }
  })
})
