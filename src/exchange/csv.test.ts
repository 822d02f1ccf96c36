import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type CsvRow, csvLine, readCsv } from './csv.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-csv-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function rowsOf(content: string): Promise<CsvRow[]> {
  const path = join(folder, 'file.csv')
  writeFileSync(path, content)
  const rows: CsvRow[] = []
  for await (const row of readCsv(path, ',')) rows.push(row)
  return rows
}

const brief = (row: CsvRow) => `${row.line} ${'broken' in row ? row.broken : row.values.join('|')}`

test('a row that spans lines counts from its first, and empty lines count', async () => {
  const rows = await rowsOf('\ufeffa,b\r\n1,"x\r\ny"\r\n\r\n\r\n2,z\r\n')
  expect(rows.map(brief)).toEqual(['1 a|b', '2 1|x\r\ny', '6 2|z'])
  expect(rows.at(-1)?.bytes).toBe(27)
})

test('a quotation that does not close gives up its own line and no other', async () => {
  const rows = await rowsOf('a,b\n1,"first\n2,"second"\n3,"thi"rd\n4,fourth\n5,"last')
  expect(rows.map(brief)).toEqual(['1 a|b', '2 quotes', '3 2|second', '4 quotes', '5 4|fourth', '6 quotes'])
})

test('one that swallows the rest of a large file does not stop the reading either', async () => {
  const rows = await rowsOf(`a,b\n1,"first\n${'2,second\n'.repeat(30_000)}`)
  expect(rows).toHaveLength(30_002)
  expect(rows.slice(0, 3).map(brief)).toEqual(['1 a|b', '2 too-long', '3 2|second'])
})

test('a quotation mark within a value is a sign of it', async () => {
  const rows = await rowsOf('id,size "in"\n1,a "b" c\n2,5" pipe\n3,""\n4,"""a"" b"\n5, "x"\n6,"a"b\n7,"y"\n')
  expect(rows.map(brief)).toEqual([
    '1 id|size "in"',
    '2 1|a "b" c',
    '3 2|5" pipe',
    '4 3|',
    '5 4|"a" b',
    '6 5| "x"',
    '7 quotes',
    '8 7|y',
  ])
})

test('a value or a row that is too long is refused with its column and the limit, and the next are read', async () => {
  const long = 'x'.repeat(300_000)
  const rows = await rowsOf(`a,b\n1,${long}\n2,"${long}"\n${','.repeat(1_000_000)}\n3,y\n`)
  expect(rows.map(({ bytes: _, ...row }) => row)).toEqual([
    { line: 1, values: ['a', 'b'] },
    { line: 2, broken: 'too-long', column: 1, limit: 200_000 },
    { line: 3, broken: 'too-long', column: 1, limit: 200_000 },
    { line: 4, broken: 'too-long', column: expect.any(Number), limit: 200_000 },
    { line: 5, values: ['3', 'y'] },
  ])
})

test('lines without anything on them are counted and not kept', async () => {
  const rows = await rowsOf(`a,b\n${'\n'.repeat(200_000)}1,x\n${'\r\n'.repeat(200_000)}2,"y\n"\n`)
  expect(rows.map(brief)).toEqual(['1 a|b', '200002 1|x', '400003 2|y\n'])
})

test('whatever is written as a line is read as it was', async () => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', '\n', '\r\n', '路', '=') })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(value, { minLength: 2, maxLength: 4 }), { minLength: 1 }),
      async lines => {
        const filled = lines.map(line => ['x', ...line])
        const rows = await rowsOf(filled.map(line => csvLine(line)).join(''))
        expect(rows.map(row => ('values' in row ? row.values : row))).toEqual(filled)
      },
    ),
    { numRuns: 60 },
  )
})
