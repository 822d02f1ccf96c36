import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { packOf } from '../packs/reads.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import { translator } from '../platform/i18n/translator.ts'
import { type ImportOptions, importFile } from './actions/import-file.ts'
import { buildMapping } from './build-mapping.ts'
import { csvLine } from './csv.ts'

// Rows of one file with the same number.

const folder = mkdtempSync(join(tmpdir(), 'answerable-repeats-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const database = await testDatabase()
const office = await testOffice(database)
const { tenant } = office

const mapping = buildMapping({
  kind: 'cases',
  choice: { key: 'Number', created: 'Day', what: 'What' },
  source: 'records',
  dateFormat: 'yyyy-MM-dd',
  timeZone: tenant.timeZone,
  language: tenant.language,
  pack: packOf(tenant),
})

let files = 0
function csv(...rows: [number: string, what: string, day?: string][]): string {
  const path = join(folder, `${++files}.csv`)
  const lines = rows.map(([number, what, day = '2026-01-05']) => [number, day, what])
  writeFileSync(path, [['Number', 'Day', 'What'], ...lines].map(line => csvLine(line)).join(''))
  return path
}

const bring = (path: string, options: Partial<ImportOptions> & { lang?: Lang } = {}) =>
  importFile(office, mapping, path, {
    t: translator(options.lang ?? 'en'),
    rejectedPath: `${path}.rejected.csv`,
    ...options,
  })
const rejectedOf = (path: string) => readFileSync(`${path}.rejected.csv`, 'utf8').trimEnd().split('\r\n')
const subjects = async () =>
  (await database.owner.query('select subject from cases order by subject')).rows.map(row => row.subject)

test('a row whose number an earlier row has is refused with both lines, in a dry run as in the import', async () => {
  const path = csv(['7', 'The lamp is out'], ['8', 'A hole'], ['7', 'Rats in the yard'], [' 7 ', 'Noise'])
  const dry = await bring(path, { dryRun: true })
  expect(dry).toMatchObject({ rows: 4, imported: 2, known: 0, refused: 2 })
  expect(dry.reasons).toEqual([
    { text: 'exchange.row.number-twice', column: 'Number', rows: 2, firstLine: 4 },
  ])
  expect(rejectedOf(path).slice(1)).toEqual([
    expect.stringMatching(
      /^4,Number,"?Line 2 has the number “7” already\. .*,7,2026-01-05,Rats in the yard$/,
    ),
    expect.stringMatching(/^5,Number,"?Line 2 has the number “7” already\./),
  ])
  expect(await bring(path)).toEqual({ ...dry, dryRun: false })
  expect(await subjects()).toEqual(['A hole', 'The lamp is out'])
  await bring(path, { lang: 'zh-CN', dryRun: true })
  expect(rejectedOf(path)[1]).toContain('第2行已有编号“7”。')
})

test('rows of a run that was broken off are here before, and the repeated one is refused as in the first', async () => {
  const path = csv(
    ...Array.from({ length: 6 }, (_, n): [string, string] => [`r${n % 5}`, `Case ${n} of a run`]),
    ['r6', 'The last of a run'],
  )
  const stopped = await bring(path, {
    batchSize: 2,
    progress: () => {
      throw new Error('stopped')
    },
  }).catch(error => (error as Error).message)
  expect(stopped).toBe('stopped')
  const here = (await subjects()).filter(one => one.includes('of a run')).length
  expect(here).toBeGreaterThan(0)
  expect(here).toBeLessThan(6)
  const again = await bring(path)
  expect(again).toMatchObject({ rows: 7, imported: 6 - here, known: here, refused: 1 })
  expect(again.reasons).toMatchObject([{ text: 'exchange.row.number-twice', firstLine: 7 }])
  expect(await bring(path)).toMatchObject({ imported: 0, known: 6, refused: 1 })
})

test('a refused row keeps its number, so that it is not taken for another one once it is mended', async () => {
  const path = csv(['m1', 'A lamp', 'yesterday'], ['m1', 'A wall'], ['', 'No number'], ['', 'No number'])
  const { refused, reasons } = await bring(path)
  expect([refused, reasons.map(one => [one.text, one.rows])]).toEqual([
    4,
    [
      ['exchange.row.date', 1],
      ['exchange.row.number-twice', 1],
      ['exchange.row.no-key', 2],
    ],
  ])
})
