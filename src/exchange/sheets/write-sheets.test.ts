import { randomBytes } from 'node:crypto'
import { buffer, text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { readSheet } from 'read-excel-file/node'
import { describe, expect, test, vi } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { type Cell, harmless, type Sheet, withoutApostrophe } from './cell.ts'
import { fromSerial, serialOf } from './coordinates.ts'
import { writeCsv } from './write-csv.ts'
import { writeXlsx } from './write-xlsx.ts'

const sheetOf = (columns: string[], rows: readonly (readonly Cell[])[]): Sheet => ({
  title: 'A/list: [of] all',
  columns,
  rows: (async function* () {
    yield* rows
  })(),
})
const day = Temporal.PlainDate.from('2026-03-02')
const minute = Temporal.PlainDateTime.from('2026-03-02T09:05:59')

describe('a text that a spreadsheet could take for a formula', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://example.org","x")', `'=HYPERLINK("http://example.org","x")`],
    ['+86 10 1234', "'+86 10 1234"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', "'\t=1+1"],
    ['\r=1+1', "'\r=1+1"],
    ['\n=1+1', "'\n=1+1"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠x', "'＠x"],
    ['1=1', '1=1'],
    ['路灯=坏了', '路灯=坏了'],
    ['', ''],
  ])('%j leaves as %j, and comes back as it was', (given, written) => {
    expect(harmless(given)).toBe(written)
    expect(withoutApostrophe(written)).toBe(given)
  })

  test('gets its apostrophe in CSV in every column, quoted or not', async () => {
    const out = await text(writeCsv(sheetOf(['=a', 'b'], [['@x', '=1,"2"']])))
    expect(out).toBe(`'=a,b\r\n'@x,"'=1,""2"""\r\n`)
  })

  test('is a text in a workbook, and stays one when it is edited there', async () => {
    const rows = await readSheet(await buffer(writeXlsx(sheetOf(['a'], [['=1+1'], ['@x']]))))
    expect(rows).toEqual([['a'], ['=1+1'], ['@x']])
  })
})

describe('a list as CSV', () => {
  test('is UTF-8 that begins with the mark that Excel needs, with dates it reads as dates', async () => {
    const out = await buffer(writeCsv(sheetOf(['事项', 'n', 'day', 'at'], [['路灯', -5, day, minute], []])))
    expect(out.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(out.toString('utf8')).toBe('\ufeff事项,n,day,at\r\n路灯,-5,2026-03-02,2026-03-02 09:05\r\n\r\n')
  })

  test('read by another program holds what was written', async () => {
    const value = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', '\n', '路', '=', "'") })
    const table = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(table, async rows => {
        const out = await text(writeCsv(sheetOf(['a', 'b'], rows)))
        const read: string[][] = parse(out, { bom: true })
        expect(read.slice(1)).toEqual(rows.map(row => row.map(harmless)))
      }),
      { numRuns: 40 },
    )
  })
})

describe('a list as a workbook, read by another program', () => {
  test('has real dates, numbers and texts', async () => {
    const rows = await readSheet(
      await buffer(
        writeXlsx(sheetOf(['事项', 'n', 'day', 'at', 'x'], [['路灯', 12.5, day, minute, undefined]])),
      ),
    )
    expect(rows[0]).toEqual(['事项', 'n', 'day', 'at', 'x'])
    expect(rows[1]).toEqual([
      '路灯',
      12.5,
      new Date('2026-03-02T00:00:00Z'),
      new Date('2026-03-02T09:05:59Z'),
      null,
    ])
  })

  test('keeps every sign that XML and its own escapes would change', async () => {
    const awkward = ['<a & "b">', ' two  spaces ', 'line\nend', '_x0041_', 'a\u0000b\ud800c', '𠮷']
    const rows = await readSheet(
      await buffer(
        writeXlsx(
          sheetOf(
            ['a'],
            awkward.map(one => [one]),
          ),
        ),
      ),
    )
    expect(rows.slice(1).map(row => row[0])).toEqual([
      '<a & "b">',
      expect.stringContaining('two  spaces'),
      'line\nend',
      expect.any(String),
      'ab\ufffdc',
      '𠮷',
    ])
  })

  test('has the style of cells that other programs look for', async () => {
    const zip = await fromBufferPromise(await buffer(writeXlsx(sheetOf(['a'], []))), { lazyEntries: true })
    let styles = ''
    for await (const entry of zip.eachEntry())
      if (entry.fileName === 'xl/styles.xml') styles = await text(await zip.openReadStreamPromise(entry))
    expect(styles).toContain('<cellStyle name="Normal" xfId="0" builtinId="0"/>')
  })

  test('goes on in a further sheet where one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, n) => [`row ${n}`])
    const file = await buffer(writeXlsx(sheetOf(['a'], rows), { rowsOfSheet: 4 }))
    const sheets = await Promise.all([1, 2, 3].map(n => readSheet(file, n)))
    expect(sheets.map(one => one.length)).toEqual([4, 4, 2])
    expect(sheets.flatMap(one => one.slice(1))).toEqual(rows)
  })
})

test('a date is the number that spreadsheets keep, before and after the day that never was', () => {
  expect(serialOf(Temporal.PlainDate.from('2026-03-02'))).toBe(46083)
  expect(serialOf(Temporal.PlainDateTime.from('2026-03-02T12:00'))).toBe(46083.5)
  expect(fromSerial(46083.5)?.toString()).toBe('2026-03-02T12:00:00')
  expect(fromSerial(1)?.toString()).toBe('1900-01-01T00:00:00')
  expect(fromSerial(61)?.toString()).toBe('1900-03-01T00:00:00')
  expect(fromSerial(0, true)?.toString()).toBe('1904-01-01T00:00:00')
  expect(fromSerial(46083.999999999)?.toString()).toBe('2026-03-03T00:00:00')
  for (const none of [-1, 3_000_000, Number.NaN]) expect(fromSerial(none)).toBeUndefined()
})

test.each([
  ['CSV', writeCsv],
  ['XLSX', writeXlsx],
])(
  'a list leaves as %s no faster than it is taken, and is read no further once that stops',
  async (_name, write) => {
    let read = 0
    let ended = false
    const rows = (async function* () {
      try {
        for (;;) {
          read++
          // Noise, so that what is packed is large as well.
          yield [`row ${read}`, randomBytes(150).toString('hex')]
        }
      } finally {
        ended = true
      }
    })()
    const stream = write({ title: 'all', columns: ['a', 'b'], rows })
    let taken = 0
    for await (const chunk of stream) {
      taken += (chunk as Buffer).length
      if (taken > 500_000) break
    }
    // Some pieces are under way between the list and whoever takes it.
    expect(read).toBeLessThan(10_000)
    await vi.waitFor(() => expect(ended).toBe(true))
  },
)
