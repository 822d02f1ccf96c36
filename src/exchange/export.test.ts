import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testRootKey } from '../../test/support/office.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { visitor } from '../../test/support/visitor.ts'
import { main } from '../cli/main.ts'
import type { Role } from '../org/may.ts'

const database = await testDatabase()
let site: StaffSite
const numbers: string[] = []

beforeAll(async () => {
  site = await staffSite(database)
  for (const what of ['=cmd|calc. It is broken.', 'A plain hole in the road.', '@SUM(1). Odd words.'])
    numbers.push((await fileOne(site.office, { what })).number)
  numbers.push(
    (await fileOne(site.office, { kind: 'grievance', category: 'street-light', protection: 'protected' }))
      .number,
  )
})

const take = async (role: Role, address: string, lang = 'en') => {
  const answer = await (await site.as(role)).get(address, { 'accept-language': lang })
  expect(answer.statusCode).toBe(200)
  return answer
}
const rowsOf = (body: string): string[][] => parse(body, { bom: true })

async function lastExport() {
  const { rows } = await database.owner.query(
    `select actor, data from events where type = 'exchange.exported' order by seq desc limit 1`,
  )
  return rows[0]
}

describe('the list of cases', () => {
  test('leaves as the reader sees it: the same cases in the same order, and no name or contact', async () => {
    const page = await take('auditor', '/cases?tab=all&sort=number')
    expect(page.body).toContain('href="/exports/cases.xlsx?tab=all&amp;sort=number"')
    const shown = [...page.body.matchAll(/href="\/cases\/(\d{4}-\d{6}-\d)"/g)].map(([, number]) => number)
    const answer = await take('auditor', '/exports/cases.csv?tab=all&sort=number')
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="cases-2026-03-02\.csv"/)
    expect(answer.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const [columns, ...rows] = rowsOf(answer.body)
    expect(columns?.slice(0, 4)).toEqual(['Case', 'Subject', 'What is owed next', 'Due'])
    expect(rows.map(row => row[0])).toEqual(shown)
    expect(rows.map(row => row[0])).toEqual(numbers.toSorted())
    expect(answer.body).not.toMatch(/Robin|example\.org/)
    expect(rows[0]?.[1]).toMatch(/^'=cmd/)
    expect(rows[0]?.[3]).toMatch(/^2026-03-\d\d \d\d:\d\d$/)
    const { actor, data } = await lastExport()
    expect(actor).toEqual({ kind: 'staff', id: site.office.staff.auditor })
    expect(data).toEqual({
      list: 'cases',
      format: 'csv',
      rows: 4,
      complete: true,
      query: { tab: 'all', sort: 'number', descending: false },
    })
  })

  test('leaves with its filters, in the reader’s language, as a workbook with real dates', async () => {
    const answer = await take('auditor', '/exports/cases.xlsx?tab=all&kind=hazard', 'zh-CN')
    expect(answer.headers['content-disposition']).toContain(encodeURIComponent('事项-2026-03-02.xlsx'))
    const [columns, ...rows] = await readSheet(answer.rawPayload)
    expect(columns?.slice(0, 4)).toEqual(['事项', '主题', '下一项时限', '期限'].map(() => expect.any(String)))
    expect(columns).toContain('主题')
    expect(rows).toHaveLength(3)
    expect(rows[0]?.[10]).toEqual(new Date('2026-03-02T09:00:00Z'))
    expect(rows.map(row => row[1])).toContainEqual(expect.stringMatching(/^=cmd/))
  })

  test('what somebody searched for is sealed in the record', async () => {
    await take('auditor', '/exports/cases.csv?tab=all&q=plain')
    const { rows } = await database.owner.query(
      `select data, sealed from events where type = 'exchange.exported' order by seq desc limit 1`,
    )
    expect(JSON.stringify(rows[0].data)).not.toContain('plain')
    expect(rows[0].sealed).not.toBeNull()
    expect(rows[0].data.rows).toBe(1)
  })

  test('holds only what its reader may see, and nobody else gets one', async () => {
    expect(rowsOf((await take('administrator', '/exports/cases.csv?tab=all')).body)).toHaveLength(1)
    const answer = await (await site.elsewhere('auditor')).get('/exports/cases.csv?tab=all')
    expect(rowsOf(answer.body)).toHaveLength(1)
    const stranger = await visitor(site.app).get('/exports/cases.csv')
    expect(stranger.headers.location).toMatch(/^\/sign-in/)
  })
})

test('a list of many parts holds each case once, those without a due time last', async () => {
  const { tenant } = site.office
  const { rows: columns } = await database.owner.query(
    `select string_agg(quote_ident(column_name), ', ') as names, string_agg('copy.' || quote_ident(column_name), ', ') as values
     from information_schema.columns where table_name = 'cases' and is_generated = 'NEVER'`,
  )
  await database.owner.query(
    `insert into cases (${columns[0].names}) select ${columns[0].values} from cases as one, generate_series(1, 1300) as n,
       jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),
         'number', '2025-' || lpad(n::text, 6, '0') || '-0', 'unit_id', $2::uuid,
         'due_at', case when n % 3 > 0 then '2026-04-01T00:00:00Z'::timestamptz + (n / 7) * interval '1 hour' end)) as copy
     where one.tenant_id = $1 and one.number = $3`,
    [tenant.id, site.office.units.east, numbers[0]],
  )
  for (const [address, expected] of [
    ['tab=all', 1304],
    ['tab=all&sort=-number', 1304],
    ['tab=all&kind=grievance', 1],
    [`tab=all&unit=${site.office.units.east}`, 1301],
  ] as const) {
    const [, ...rows] = rowsOf((await take('auditor', `/exports/cases.csv?${address}`)).body)
    expect([address, rows.length, new Set(rows.map(row => row[0])).size]).toEqual([
      address,
      expected,
      expected,
    ])
    const due = rows.map(row => row[3] || '9999')
    if (!address.includes('sort')) expect(due).toEqual(due.toSorted())
  }
  await database.owner.query(`delete from cases where number like '2025-%'`)
})

describe('the lists of administration', () => {
  test.each([
    ['/organisation', 'units', 'Roads Office'],
    ['/organisation/staff', 'staff', 'lead@example.org'],
    ['/organisation/calendar/2026', 'calendar', ''],
  ])('%s leaves as a file for administrators alone', async (page, list, held) => {
    expect((await take('administrator', page)).body).toContain(`href="/exports/${list}.csv"`)
    expect((await take('administrator', `/exports/${list}.csv`)).body).toContain(held)
    const rows = await readSheet((await take('administrator', `/exports/${list}.xlsx`, 'zh-CN')).rawPayload)
    expect(rows[0]?.length).toBeGreaterThan(3)
    expect((await lastExport()).data).toMatchObject({ list, format: 'xlsx', rows: rows.length - 1 })
    expect((await (await site.as('supervisor')).get(`/exports/${list}.csv`)).statusCode).toBe(403)
  })
})

describe('on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'answerable-export-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const rootKeyFile = join(folder, 'root.key')
  writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
  const env = { DATABASE_URL: database.url, DATA_DIR: folder, ROOT_KEY_FILE: rootKeyFile, LOG_LEVEL: 'error' }

  async function answer(...line: string[]) {
    const out = vi.spyOn(console, 'log').mockImplementation(() => {})
    const err = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const status = await main(['export', ...line, '--tenant', String(site.office.tenant.id)], env)
      return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
    } finally {
      vi.restoreAllMocks()
    }
  }

  test('a list is written for a member of staff or for the operator, and counted', async () => {
    const output = join(folder, 'cases.xlsx')
    const asOfficer = await answer('cases', '--output', output, '--staff', 'lead@example.org', '--json')
    expect(asOfficer.err).toBe('')
    const { rows } = JSON.parse(asOfficer.out)
    expect(rows).toBe(3)
    expect(await readSheet(readFileSync(output))).toHaveLength(rows + 1)
    expect((await lastExport()).actor).toEqual({ kind: 'staff', id: site.office.staff.lead })
    const all = await answer('cases', '--output', join(folder, 'all.csv'), '--language', 'zh-CN')
    expect(all).toMatchObject({ status: 0, out: expect.stringContaining('4 rows were written to') })
    expect(readFileSync(join(folder, 'all.csv'), 'utf8')).toContain('主题')
    expect((await lastExport()).actor).toEqual({ kind: 'system', name: 'export' })
  })

  test('what cannot be understood ends with status 2, who is not there with 1', async () => {
    expect(await answer('people')).toMatchObject({ status: 2, err: expect.stringContaining('cases, units') })
    expect(await answer('cases', '--format', 'pdf')).toMatchObject({ status: 2 })
    expect(await answer('cases', '--json')).toMatchObject({ status: 2 })
    expect(
      await answer('cases', '--staff', 'nobody@example.org', '--output', join(folder, 'x.csv')),
    ).toMatchObject({ status: 1 })
  })
})
