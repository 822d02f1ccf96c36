import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, describe, expect, test } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { verifyDatabase } from '../audit/verify.ts'
import { rebuildOrganisation } from '../org/actions/rebuild.ts'
import { readOrganisation, type Unit } from '../org/reads.ts'
import { packOf } from '../packs/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { translator } from '../platform/i18n/translator.ts'
import { exportList } from './actions/export-list.ts'
import { type ImportOptions, importFile } from './actions/import-file.ts'
import { buildMapping } from './build-mapping.ts'
import { csvLine } from './csv.ts'
import type { ImportKind } from './fields.ts'
import { inspectFile } from './inspect-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-kinds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const database = await testDatabase()
const office = await testOffice(database)
const t = translator('en')

let files = 0
function csv(...lines: string[][]): string {
  const path = join(folder, `${++files}.csv`)
  writeFileSync(path, lines.map(line => csvLine(line)).join(''))
  return path
}

/** Imports a file by what its columns are called, as the command line and the page do. */
async function bring(
  kind: ImportKind,
  path: string,
  options: Partial<ImportOptions> = {},
  where: TestOffice = office,
) {
  const seen = await inspectFile(path, kind, { lang: 'en' })
  const { tenant } = where
  const mapping = buildMapping({
    kind,
    choice: seen.choice,
    source: 'records',
    dateFormat: seen.dateFormat ?? 'yyyy-MM-dd HH:mm',
    timeZone: tenant.timeZone,
    language: tenant.language,
    pack: packOf(tenant),
    encoding: seen.encoding,
    delimiter: seen.delimiter,
  })
  return importFile(where, mapping, path, { t, rejectedPath: `${path}.rejected.csv`, ...options })
}

const rejectedOf = (path: string) => readFileSync(`${path}.rejected.csv`, 'utf8').trimEnd().split('\r\n')
const organisation = (where: TestOffice = office) => inSnapshot(where.pool, where.tenant.id, readOrganisation)
const unitCalled = async (name: string): Promise<Unit | undefined> =>
  [...(await organisation()).units.values()].find(unit => unit.name.en === name)
const events = async (type: string) =>
  Number((await database.owner.query('select count(*) as n from events where type = $1', [type])).rows[0].n)

describe('units', () => {
  const path = csv(
    ['Unit', '名称', 'Parent', 'Functions', 'Areas'],
    ['Lighting crew', '照明班', 'Lighting Office', '', ''],
    ['Lighting Office', '照明科', '', 'roads', '北街 / North Street; South Street'],
    ['First group', '一组', 'East Village', '', ''],
    ['First group', '一组', 'West Village', '', ''],
    ['Neighbours', '', 'West Village / First group', '', ''],
    ['Somebody', '', 'First group', '', ''],
    ['West Village', '西村', 'Town Office', '', ''],
    ['Odd', '', '', 'flying; roads', ''],
    ['', '', '', '', ''],
    ['Lost', '', 'Nowhere', '', ''],
    ['Watchers', '', '', 'oversight', ''],
  )

  test('a dry run writes nothing and says what would come of it', async () => {
    const before = await events('org.unit-added')
    const report = await bring('units', path, { dryRun: true })
    expect(report).toMatchObject({ dryRun: true, rows: 11, known: 0 })
    expect(report.imported + report.refused).toBe(11)
    expect(await events('org.unit-added')).toBe(before)
    expect((await bring('units', path)).imported).toBe(report.imported)
  })

  test('stand below those that the file names, wherever in the file these are', async () => {
    const crew = await unitCalled('Lighting crew')
    const above = await unitCalled('Lighting Office')
    expect(crew?.parentId).toBe(above?.id)
    expect(above).toMatchObject({ parentId: office.units.root, functions: ['roads'] })
    expect(above?.areas).toEqual([
      { en: 'North Street', 'zh-CN': '北街' },
      { en: 'South Street', 'zh-CN': 'South Street' },
    ])
    expect((await unitCalled('Neighbours'))?.path).toHaveLength(4)
  })

  test('that cannot be taken are told by line and column', async () => {
    expect(
      rejectedOf(path)
        .slice(1)
        .map(line => line.split(',').slice(0, 2).join(','))
        .toSorted(),
    ).toEqual(['10,Unit', '11,Parent', '12,Functions', '7,Parent', '9,Functions'])
    expect(rejectedOf(path).join()).toContain('More than one unit is called “First group”')
  })

  test('are there once, however often and by how many at once they are imported', async () => {
    const before = (await organisation()).units.size
    const both = await Promise.all([bring('units', path), bring('units', path)])
    for (const report of both) expect(report).toMatchObject({ imported: 0, known: 6, refused: 5 })
    const fresh = csv(['name'], ...Array.from({ length: 1200 }, (_, n) => [`Group ${n}`]))
    const twice = await Promise.all([bring('units', fresh), bring('units', fresh)])
    expect(twice.reduce((sum, one) => sum + one.imported, 0)).toBe(1200)
    expect((await organisation()).units.size).toBe(before + 1200)
  })

  test('that left here as a file are all known when they come back', async () => {
    for (const format of ['csv', 'xlsx'] as const) {
      for (const lang of ['en', 'zh-CN'] as const) {
        const back = join(folder, `back-${lang}.${format}`)
        const file = await exportList(office, 'operator', { list: 'units', format }, translator(lang))
        await pipeline(file, createWriteStream(back))
        const report = await bring('units', back)
        expect([format, lang, report.imported, report.refused, report.reasons]).toEqual([
          format,
          lang,
          0,
          0,
          [],
        ])
      }
    }
  })
})

describe('staff', () => {
  const path = csv(
    ['姓名', '电子邮箱', '职务', '角色', '机构'],
    ['Lin Wei', 'Lin.Wei@example.org', '科员', '承办人', '道路科'],
    ['Lin Wei', 'lin.wei@example.org', '', 'lead', 'East Village'],
    ['No Role', 'none@example.org', '', '', ''],
    ['Lin Wei', 'lin.wei@example.org', '', 'lead', '东村'],
    ['Bad', 'not an address', '', 'king', 'Roads Office'],
    ['Bad', 'bad@example.org', '', 'lead', 'Nowhere'],
  )

  test('a dry run tells the same as the import, which adds each person once with all roles', async () => {
    const dry = await bring('staff', path, { dryRun: true })
    const real = await bring('staff', path)
    expect(real).toEqual({ ...dry, dryRun: false })
    expect(real).toMatchObject({ rows: 6, imported: 3, known: 1, refused: 2 })
    const added = [...(await organisation()).officers.values()].filter(one => one.name === 'Lin Wei')
    expect(added).toHaveLength(1)
    expect(added[0]).toMatchObject({ email: 'lin.wei@example.org', title: { 'zh-CN': '科员' }, active: true })
    expect(added[0]?.grants.map(one => [one.role, one.unitId]).toSorted()).toEqual(
      [
        ['case-officer', office.units.roads],
        ['lead', office.units.east],
      ].toSorted(),
    )
    expect(rejectedOf(path)[1]).toMatch(/^6,电子邮箱; 角色,/)
    expect(rejectedOf(path)[2]).toMatch(/^7,机构,There is no unit “Nowhere”/)
  })

  test('who is here is left as they are, and nobody can sign in by an import', async () => {
    expect(await bring('staff', path)).toMatchObject({ imported: 0, known: 4, refused: 2 })
    const { rows } = await database.owner.query(`select account_id from staff where name = 'Lin Wei'`)
    expect(rows).toEqual([{ account_id: null }])
  })

  test('names stand sealed in the record', async () => {
    const { rows } = await database.owner.query(
      `select data from events where type = 'org.staff-added' and data::text like '%Lin%'`,
    )
    expect(rows).toEqual([])
  })
})

describe('categories', () => {
  test('give local names to those of the rules, and make none', async () => {
    const path = csv(
      ['Local name', 'Category of the rules', 'Kind of case'],
      ['Street lamp out', 'street-light', 'hazard'],
      ['噪音', 'Noise', ''],
      ['Dragons', 'dragons', ''],
      ['Lamps', 'street-light', 'song'],
    )
    const dry = await bring('categories', path, { dryRun: true })
    const { imported, refused } = await bring('categories', path)
    expect([dry.imported, dry.refused]).toEqual([imported, refused])
    expect(refused).toBeGreaterThanOrEqual(2)
    expect(rejectedOf(path).join()).toMatch(/4,Category of the rules,“dragons” is no category/)
    expect((await bring('categories', path)).imported).toBe(0)
    expect(await events('exchange.categories-named')).toBe(1)
  })
})

describe('cases of a file that nobody wrote a mapping for', () => {
  const header = ['Reference', 'Opened', 'Resolved', 'Status', 'Type', 'Description', 'Department', 'Reply']
  const lines = [
    [
      '1',
      '2025-11-03 09:00',
      '2025-11-20 10:00',
      'RESOLVED',
      'street lamp OUT',
      '=The lamp is out',
      'Roads Office',
      'Mended.',
    ],
    ['2', '2025-12-01 09:00', '', '在办', 'pests', 'Rats in the yard', 'Nobody', ''],
    ['3', '2025-12-01 09:00', '', 'In progress', 'Dragons', 'A dragon', 'Roads Office', ''],
    ['4', '2025-13-01 09:00', '', 'lost', 'pests', '', 'Roads Office', ''],
  ]

  test('are understood by their columns, with local names, and errors by line and column', async () => {
    const path = csv(header, ...lines)
    const dry = await bring('cases', path, { dryRun: true })
    expect(dry).toMatchObject({ rows: 4, imported: 2, known: 0, refused: 2 })
    expect(await events('case.imported')).toBe(0)
    const real = await bring('cases', path)
    expect(real).toEqual({ ...dry, dryRun: false })
    const { rows } = await database.owner.query(
      `select category, kind, status, unit_id, subject from cases order by filed_at`,
    )
    expect(rows).toEqual([
      {
        category: 'street-light',
        kind: 'hazard',
        status: 'closed',
        unit_id: office.units.roads,
        subject: '=The lamp is out',
      },
      expect.objectContaining({ category: 'pests', status: 'in-hand', unit_id: office.units.root }),
    ])
    expect(
      rejectedOf(path)
        .slice(1)
        .map(line => line.split(',').slice(0, 2).join(',')),
    ).toEqual(['4,Type', '5,Description; Opened; Status'])
    expect(await bring('cases', path)).toMatchObject({ imported: 0, known: 2 })
    expect(await bring('cases', path, { dryRun: true })).toMatchObject({ imported: 0, known: 2 })
  })

  test('are the same cases when they come as a workbook with real dates', async () => {
    const path = join(folder, 'cases.xlsx')
    const cells = lines
      .slice(0, 2)
      .map(line =>
        line.map((value, at) =>
          at > 0 && at < 3 && value
            ? { value: new Date(`${value.replace(' ', 'T')}:00Z`), type: Date, format: 'dd/mm/yyyy hh:mm' }
            : { value, type: String },
        ),
      )
    await writeExcelFile([header.map(value => ({ value })), ...cells]).toFile(path)
    expect(await bring('cases', path)).toMatchObject({ rows: 2, imported: 0, known: 2, refused: 0 })
  })

  test('a rejected file that was mended is imported as it is, apostrophes and all', async () => {
    const path = csv(header, ['9', 'yesterday', '', 'new', 'pests', '@mice', 'Roads Office', ''])
    expect(await bring('cases', path)).toMatchObject({ refused: 1 })
    const mended = join(folder, 'mended.csv')
    expect(rejectedOf(path)[1]).toContain(",'@mice,")
    writeFileSync(
      mended,
      rejectedOf(path).join('\r\n').replace('yesterday,', '2025-12-05 10:00,').replaceAll('“yesterday”', ''),
    )
    expect(await bring('cases', mended)).toMatchObject({ imported: 1, refused: 0 })
    const { rows } = await database.owner.query(`select subject from cases order by filed_at desc limit 1`)
    expect(rows[0].subject).toBe('@mice')
  })
})

test('after all of it the record verifies and the organisation is what its events say', async () => {
  const { tenant, pool } = office
  const report = await verifyDatabase({ pool, tenant: tenant.id, now: office.clock.now() }, folder)
  expect(report.problems).toEqual([])
  const found: unknown[] = []
  await rebuildOrganisation(office, difference => found.push(difference), { mend: false })
  expect(found).toEqual([])
})
