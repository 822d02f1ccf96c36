import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { tokenFor } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { drivesAll } from '../../test/support/driven.ts'
import { testOffice } from '../../test/support/office.ts'
import { multipart } from '../../test/support/upload.ts'
import type { RunPayload } from '../exchange/actions/runs.ts'
import { exchangeJobs } from '../exchange/jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)
let api: ApiClient
let auditor: string
beforeAll(async () => {
  api = await apiClient(app, await tokenFor(office, office.staff.administrator, ['exchange']))
  auditor = await tokenFor(office, office.staff.auditor, ['exchange'])
})
drivesAll(import.meta.filename, () => api)

const rowsOf = (body: string): string[][] => parse(body, { bom: true })
const lastExport = async () => {
  const { rows } = await database.owner.query(
    `select actor, data from events where type = 'exchange.exported' order by seq desc limit 1`,
  )
  return rows[0]
}

describe('a list', () => {
  let numbers: string[]
  beforeAll(async () => {
    const filed = [{}, {}, { kind: 'grievance', category: 'street-light' } as const].map(more =>
      fileOne(office, more),
    )
    numbers = (await Promise.all(filed)).map(({ number }) => number).toSorted()
  })

  test('of cases leaves as its reader sees it, with its filters, and is recorded as theirs', async () => {
    const all = await api.call('export-cases', { token: auditor, query: { sort: 'number' } })
    expect(all.headers['content-disposition']).toMatch(/^attachment; filename="cases-2026-03-02\.csv"/)
    const [, ...rows] = rowsOf(all.body)
    expect(rows.map(row => row[0])).toEqual(numbers)
    expect(await lastExport()).toMatchObject({
      actor: { kind: 'staff', id: office.staff.auditor },
      data: { list: 'cases', format: 'csv', rows: 3, complete: true },
    })
    const query = { kind: 'grievance', format: 'xlsx' }
    const some = await api.call('export-cases', { token: auditor, query })
    expect(await readSheet(some.rawPayload)).toHaveLength(2)
    const mine = await api.call('export-cases', { token: auditor, query: { list: 'mine' } })
    expect(rowsOf(mine.body)).toHaveLength(1)
    // An administrator has no cases to see, whatever their token is good for.
    expect(rowsOf((await api.call('export-cases')).body)).toHaveLength(1)
  })

  test('with a filter that there is not, or asked for with HEAD, does not leave at all', async () => {
    const before = (await lastExport()).data
    for (const query of [{ colour: 'red' }, { format: 'pdf' }, { category: 'Not A Code' }, { unit: 'x' }])
      expect(
        (await api.call('export-cases', { token: auditor, query: query as Record<string, string> }))
          .statusCode,
      ).toBe(422)
    const head = await app.inject({
      method: 'HEAD',
      url: '/api/v1/exports/cases',
      headers: { authorization: `Bearer ${auditor}` },
    })
    expect(head.statusCode).toBe(405)
    expect((await lastExport()).data).toEqual(before)
  })

  test.each(['units', 'staff', 'calendar'])('of %s leaves for administrators alone', async list => {
    const params = { list }
    const file = await api.call('export-list', { params, query: { format: 'xlsx' } })
    expect((await readSheet(file.rawPayload))[0]?.length).toBeGreaterThan(3)
    expect((await lastExport()).data).toMatchObject({ list, format: 'xlsx' })
    expect((await api.call('export-list', { params, token: auditor })).statusCode).toBe(403)
    expect((await api.call('export-list', { params: { list: 'people' } })).statusCode).toBe(404)
  })
})

const table = (lines: string[]) => Buffer.from(`${lines.join('\n')}\n`)
const sent = (content: Buffer, fields: Record<string, string>, name = 'old.csv') =>
  multipart([{ field: 'file', name, content }], fields)
/** Does the work of a job as the worker would. */
const work = (id: string, step: RunPayload['step']) =>
  exchangeJobs(parts).tasks['run-import']?.({ tenant: office.tenant.id, id, step })
const cases = table(['Ref;When;Text', '7;05/01/2026;The lamp is out', '8;06/01/2026;Rats', '9;never;Holes'])

describe('a file that a program brings in', () => {
  test('is looked at, said, checked, imported, and its refused rows are given back', async () => {
    const added = await api.call('add-import', { form: sent(cases, { kind: 'cases' }) })
    const { id, ...first } = added.json()
    expect(added.headers.location).toBe(`/api/v1/imports/${id}`)
    expect(first).toMatchObject({ status: 'mapping', file: 'old.csv', encoding: 'utf-8', result: null })
    const params = { id }
    const seen = (await api.call('find-import-columns', { params })).json()
    expect(seen).toMatchObject({ format: 'csv', delimiter: ';' })
    expect(seen.columns[1]).toEqual({ name: 'When', samples: ['05/01/2026', '06/01/2026', 'never'] })
    expect(seen.fields[0]).toEqual({ name: 'key', label: 'Number', required: true, column: null })

    const early = await api.call('check-import', { params, body: {} })
    expect(early.json().errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      '#/columns/key',
      '#/columns/created',
      '#/dateFormat',
    ])
    const odd = await api.call('change-import', { params, body: { columns: { colour: 'Ref' } } })
    expect(odd.json().errors).toMatchObject([{ field: 'columns.colour' }])
    expect((await api.call('begin-import', { params })).statusCode).toBe(409)

    const columns = { key: 'Ref', created: 'When', what: 'Text' }
    const said = await api.call('change-import', { params, body: { columns, source: 'old-hotline' } })
    expect(said.json()).toMatchObject({ status: 'mapping', columns, source: 'old-hotline' })
    const checking = { params, body: { dateFormat: 'dd/MM/yyyy' }, headers: { 'idempotency-key': 'check' } }
    for (let i = 0; i < 2; i++)
      expect((await api.call('check-import', checking)).json()).toMatchObject({ status: 'checking', columns })
    await work(id, 'check')
    const checked = (await api.call('find-import', { params })).json()
    expect(checked).toMatchObject({
      status: 'checked',
      result: { dryRun: true, rows: 3, imported: 2, refused: 1, reasons: [{ column: 'When', firstLine: 4 }] },
      rejected: `/api/v1/imports/${id}/rejected`,
    })
    expect(checked.result.reasons[0].reason).toMatch(/\w+ \w+/)
    const refused = await api.call('find-import-rejected', { params })
    expect(refused.headers['content-disposition']).toContain('old-rejected.csv')
    expect(rowsOf(refused.body)).toHaveLength(2)

    expect((await api.call('begin-import', { params })).json().status).toBe('running')
    await work(id, 'run')
    const done = (await api.call('find-import', { params })).json()
    expect(done).toMatchObject({ status: 'done', result: { dryRun: false, imported: 2, refused: 1 } })
    const { rows } = await database.owner.query(`select 1 from cases where channel = 'import'`)
    expect(rows).toHaveLength(2)
    // What was imported is not kept as a file.
    expect((await api.call('find-import-columns', { params })).statusCode).toBe(404)
  })

  test('is given up, and nothing of it is left', async () => {
    const { id } = (
      await api.call('add-import', { form: sent(table(['Name', 'Lamps']), { kind: 'units' }) })
    ).json()
    const folder = join(parts.config.dataDir, 'imports', String(office.tenant.id), id)
    expect(existsSync(folder)).toBe(true)
    expect((await api.call('discard-import', { params: { id } })).json().status).toBe('discarded')
    expect(existsSync(folder)).toBe(false)
    expect((await api.call('check-import', { params: { id }, body: {} })).statusCode).toBe(409)
    expect((await api.call('find-import-rejected', { params: { id } })).statusCode).toBe(404)
  })

  test('with nothing in it, or said wrong, leaves nothing', async () => {
    const before = await count()
    for (const [form, field] of [
      [sent(Buffer.alloc(0), { kind: 'cases' }), 'file'],
      [sent(cases, { kind: 'people' }), 'kind'],
      [sent(cases, { kind: 'cases', colour: 'red' }), 'colour'],
      [sent(cases, { kind: 'units', mapping: 'nyc311' }), 'mapping'],
      [sent(cases, {}), 'kind'],
      [multipart([], { kind: 'cases' }), 'file'],
    ] as const)
      expect((await api.call('add-import', { form })).json().errors).toMatchObject([{ field }])
    const { payload, headers } = sent(cases, { kind: 'cases' })
    const cut = await api.call('add-import', { form: { payload: payload.subarray(0, -200), headers } })
    expect(cut.json().errors).toMatchObject([{ field: 'file' }])
    expect((await api.call('add-import', { body: { kind: 'cases' }, wrong: true })).statusCode).toBe(415)
    expect(await count()).toBe(before)
  })

  test('twice under one name comes in once; another file under it is refused', async () => {
    const headers = { 'idempotency-key': 'file' }
    const form = () => sent(cases, { kind: 'cases' })
    const answers = await Promise.all([1, 2, 3].map(() => api.call('add-import', { form: form(), headers })))
    answers.push(await api.call('add-import', { form: form(), headers }))
    expect(answers.map(answer => answer.statusCode)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(answer => answer.json().id)).size).toBe(1)
    const before = await count()
    for (const other of [
      // As long as the first, to the byte.
      sent(Buffer.from(cases.toString().replace('Rats', 'Cats')), { kind: 'cases' }),
      sent(cases, { kind: 'cases' }, 'new.csv'),
      sent(cases, { kind: 'units' }),
    ])
      expect((await api.call('add-import', { form: other, headers })).json().errors).toMatchObject([
        { field: 'header.Idempotency-Key' },
      ])
    expect(await count()).toBe(before)
  })

  test('is in the list, newest first', async () => {
    const all: string[] = []
    let query: Record<string, string> = { limit: '2' }
    for (;;) {
      const { imports, next } = (await api.call('list-imports', { query })).json()
      all.push(...imports.map((one: { id: string }) => one.id))
      if (!next) break
      query = { ...Object.fromEntries(new URL(next, 'http://x').searchParams), limit: '1' }
    }
    expect(all).toHaveLength(await count())
    expect(all).toEqual(all.toSorted().toReversed())
  })

  test('is for administrators alone', async () => {
    const form = sent(cases, { kind: 'cases' })
    expect((await api.call('add-import', { form, token: auditor })).statusCode).toBe(403)
    expect((await api.call('list-imports', { token: auditor })).statusCode).toBe(403)
  })
})

const count = async (): Promise<number> =>
  (await database.owner.query('select 1 from import_runs')).rows.length
