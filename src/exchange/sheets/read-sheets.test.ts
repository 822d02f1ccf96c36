import { createWriteStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, describe, expect, test } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { ZipFile } from 'yazl'
import { BadInput } from '../../platform/errors.ts'
import { openRows, type Reading } from './open-rows.ts'
import { writeXlsx } from './write-xlsx.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-sheets-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const inFolder = (name: string) => join(folder, name)

async function rowsOf(path: string, reading: Partial<Reading> = {}) {
  const opened = await openRows(path, { lang: 'en', ...reading })
  const rows: [number, ...string[]][] = []
  for await (const row of opened.rows) if ('values' in row) rows.push([row.line, ...row.values])
  return { ...opened, rows }
}

/** Every row, those that cannot be read too. */
async function allOf(path: string) {
  const rows: object[] = []
  for await (const { bytes: _, ...row } of (await openRows(path, { lang: 'en' })).rows) rows.push(row)
  return rows
}

/** A workbook with parts of one's own. */
async function workbook(name: string, parts: Record<string, string>): Promise<string> {
  const path = inFolder(name)
  const zip = new ZipFile()
  const all = {
    '_rels/.rels':
      '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
    'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="s1" xmlns:r="x"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="s1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="s2" Type="x/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="st" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="sy" Type="x/styles" Target="styles.xml"/></Relationships>',
    ...parts,
  }
  for (const [part, content] of Object.entries(all)) zip.addBuffer(Buffer.from(content), part)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

const sheet = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`

describe('a workbook', () => {
  test('of another program is read with its texts, numbers, dates and truths', async () => {
    const path = inFolder('other.xlsx')
    const when = new Date('2026-03-02T09:05:00Z')
    await writeExcelFile([
      [{ value: '编号' }, { value: 'n' }, { value: 'when' }, { value: 'yes' }, { value: 'text' }],
      [
        { value: 'A-1', type: String },
        { value: 0.1 + 0.2, type: Number },
        { value: when, type: Date, format: 'yyyy-mm-dd hh:mm' },
        { value: true, type: Boolean },
        { value: 'two\nlines <&>', type: String },
      ],
      [{ value: 'A-2', type: String }, null, { value: when, type: Date, format: 'dd/mm/yyyy' }, null, null],
    ]).toFile(path)
    const { format, rows } = await rowsOf(path, { dateFormat: 'dd.MM.yyyy HH:mm' })
    expect(format).toBe('xlsx')
    expect(rows).toEqual([
      [1, '编号', 'n', 'when', 'yes', 'text'],
      [2, 'A-1', '0.3', '02.03.2026 09:05', 'TRUE', 'two\nlines <&>'],
      [3, 'A-2', '', '02.03.2026 09:05', '', ''],
    ])
  })

  test('that left here is read as it was', async () => {
    const path = inFolder('own.xlsx')
    const rows = [
      ['=1+1', 'x'],
      ['_x0041_ \r\n', '路灯'],
      ['', 'b'],
    ]
    const given = (async function* () {
      yield* rows
    })()
    await pipeline(writeXlsx({ title: 'x', columns: ['a', 'b'], rows: given }), createWriteStream(path))
    expect((await rowsOf(path)).rows).toEqual([[1, 'a', 'b'], ...rows.map((row, at) => [at + 2, ...row])])
  })

  test('has its shared texts read without their styles and spoken forms, and its days from 1904', async () => {
    const path = await workbook('shared.xlsx', {
      'xl/workbook.xml':
        '<workbook><workbookPr date1904="1"/><sheets><sheet state="hidden" name="a" id="s2"/><sheet name="b" id="s1"/></sheets></workbook>',
      'xl/worksheets/sheet2.xml': sheet('<row><c t="inlineStr"><is><t>hidden</t></is></c></row>'),
      'xl/worksheets/sheet1.xml': sheet(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="str"><f>x</f><v>d</v></c></row>' +
          '<row r="4"><c r="A4" s="1"><v>0.5</v></c><c r="B4" s="2"><v>1.25</v></c><c r="C4" t="e"><v>#N/A</v></c><c r="D4" s="3"><v>12</v></c></row>' +
          '<row><c><v>1E3</v></c><c t="d"><v>2026-03-02T10:00:00</v></c><c t="s"><v>99</v></c></row>' +
          '<row r="9"/><row r="12"><c r="A12" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c></row>',
      ),
      'xl/sharedStrings.xml':
        '<x:sst xmlns:x="m"><x:si><x:r><x:t>路</x:t></x:r><x:r><x:t>灯</x:t></x:r><x:rPh><x:t>ludeng</x:t></x:rPh></x:si><x:si><x:t>line_x000D_end</x:t></x:si></x:sst>',
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[Red]0.00&quot;day&quot;"/><numFmt numFmtId="171" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="21"/><xf numFmtId="171"/><xf numFmtId="170"/></cellXfs></styleSheet>',
    })
    expect((await rowsOf(path, { dateFormat: 'yyyy-MM-dd HH:mm' })).rows).toEqual([
      [1, '路灯', 'line\rend', '', 'd'],
      [4, '12:00:00', '1904-01-02 06:00', '#N/A', '12'],
      [5, '1000', '2026-03-02 10:00', '', ''],
      [12, 'a b', '', '', ''],
    ])
  })

  test('of many shared texts, in any order, is read from the disk and leaves nothing there', async () => {
    const before = readdirSync(tmpdir()).filter(name => name.startsWith('answerable-strings-')).length
    const many = Array.from({ length: 40_000 }, (_, n) => `text ${n} ${'长'.repeat(n % 40)}`)
    const order = many.map((_, n) => (n * 7919) % many.length)
    const path = await workbook('many.xlsx', {
      'xl/worksheets/sheet1.xml': sheet(order.map(n => `<row><c t="s"><v>${n}</v></c></row>`).join('')),
      'xl/sharedStrings.xml': `<sst>${many.map(one => `<si><t>${one}</t></si>`).join('')}</sst>`,
    })
    const { rows } = await rowsOf(path)
    expect(rows.findIndex(([, text], at) => text !== many[order[at] ?? -1])).toBe(-1)
    expect(rows).toHaveLength(many.length)
    const after = readdirSync(tmpdir()).filter(name => name.startsWith('answerable-strings-')).length
    expect(after).toBe(before)
  })

  test.each([
    ['is cut short', async () => Buffer.from('PK\u0003\u0004 and nothing more'), 'broken-workbook'],
    ['is of before 2007', async () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old-workbook'],
    ['is a picture', async () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), 'not-a-table'],
  ])('that %s is refused in words', async (_name, content, text) => {
    const path = inFolder('broken.xlsx')
    writeFileSync(path, await content())
    await expect(rowsOf(path)).rejects.toSatisfy(refusedBy(`exchange.file.${text}`))
  })

  test.each([
    ['without a sheet', {}],
    ['with broken XML', { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row><c>' }],
    [
      'with an entity of its own',
      {
        'xl/worksheets/sheet1.xml':
          '<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>',
      },
    ],
    [
      'with a cell beyond the last column',
      { 'xl/worksheets/sheet1.xml': sheet('<row><c r="ZZZ1"><v>1</v></c></row>') },
    ],
    ['with a run of white space', { 'xl/worksheets/sheet1.xml': sheet(' '.repeat(700_000)) }],
    ['with a comment without end', { 'xl/worksheets/sheet1.xml': sheet(`<!--${'<>'.repeat(400_000)}-->`) }],
    ['with a tag without end', { 'xl/worksheets/sheet1.xml': sheet(`<row a="${'>'.repeat(700_000)}"/>`) }],
    [
      'with elements in elements',
      { 'xl/worksheets/sheet1.xml': sheet('<a>'.repeat(70) + '</a>'.repeat(70)) },
    ],
    ['with a document type', { 'xl/worksheets/sheet1.xml': `<!DOCTYPE worksheet>${sheet('')}` }],
    [
      'with more styles than Excel has',
      {
        'xl/worksheets/sheet1.xml': sheet(''),
        'xl/styles.xml': `<styleSheet><cellXfs>${'<xf/>'.repeat(70_000)}</cellXfs></styleSheet>`,
      },
    ],
  ])('%s is refused in words', async (_name, parts) => {
    const path = await workbook('odd.xlsx', parts)
    await expect(rowsOf(path)).rejects.toSatisfy(refusedBy('exchange.file.broken-workbook'))
  })

  test.each([
    ['of its own', '<c r="B3" t="str"><v>TEXT</v></c>', ''],
    ['that it shares', '<c r="B3" t="s"><v>1</v></c>', '<sst><si><t>a</t></si><si><t>TEXT</t></si></sst>'],
  ])('with a text %s that no cell can hold is refused there, or its row is', async (_name, cell, strings) => {
    const rows = (text: string) => ({
      'xl/worksheets/sheet1.xml': sheet(
        `<row r="1"><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row r="3"><c r="A3"><v>1</v></c>${cell}</row><row r="4"><c r="A4"><v>2</v></c></row>`,
      ).replace('TEXT', text),
      ...(strings && { 'xl/sharedStrings.xml': strings.replace('TEXT', text) }),
    })
    const long = await workbook('long.xlsx', rows('长'.repeat(32_768)))
    expect(await allOf(long)).toEqual([
      { line: 1, values: ['a', 'b'] },
      { line: 3, broken: 'cell-too-long', column: 1, limit: 32_767 },
      { line: 4, values: ['2', ''] },
    ])
    const escaped = await workbook('escaped.xlsx', rows('_x0041_'.repeat(32_767)))
    expect((await rowsOf(escaped)).rows[1]).toEqual([3, '1', 'A'.repeat(32_767)])
    const longest = await workbook('longest.xlsx', rows('x'.repeat(600_000)))
    await expect(rowsOf(longest)).rejects.toMatchObject({
      faults: [{ text: 'exchange.file.cell-too-long', values: { sheet: 'a', cell: 'B3', limit: 32_767 } }],
    })
  })

  test('with a row that shares one long text in every cell has that row refused', async () => {
    const path = await workbook('wide.xlsx', {
      'xl/worksheets/sheet1.xml': sheet(
        `<row>${'<c t="s"><v>0</v></c>'.repeat(1000)}</row><row><c><v>1</v></c></row>`,
      ),
      'xl/sharedStrings.xml': `<sst><si><t>${'x'.repeat(32_767)}</t></si></sst>`,
    })
    expect(await allOf(path)).toEqual([
      { line: 1, broken: 'cell-too-long', column: 6, limit: 200_000 },
      { line: 2, values: ['1'] },
    ])
  })

  test('that goes on in further sheets is read as one list, line after line', async () => {
    const path = inFolder('sheets.xlsx')
    const given = (async function* () {
      for (let n = 1; n <= 7; n++) yield [`row ${n}`, n]
    })()
    const list = writeXlsx({ title: 'all', columns: ['a', 'b'], rows: given }, { rowsOfSheet: 4 })
    await pipeline(list, createWriteStream(path))
    const { rows, sheets } = await rowsOf(path)
    expect(sheets).toEqual({ read: ['all', 'all 2', 'all 3'], left: [] })
    const lines = [2, 3, 4, 6, 7, 8, 10]
    expect(rows).toEqual([[1, 'a', 'b'], ...lines.map((line, at) => [line, `row ${at + 1}`, String(at + 1)])])
  })

  test('has sheets with other columns named and left, and those without any not', async () => {
    const text = (...values: string[]) =>
      `<row>${values.map(value => `<c t="str"><v>${value}</v></c>`).join('')}</row>`
    const names = ['empty', 'one', 'other', 'two']
    const each = (xml: (name: string) => string) => names.map(xml).join('')
    const path = await workbook('several.xlsx', {
      'xl/workbook.xml': `<workbook><sheets>${each(name => `<sheet name="${name}" id="${name}"/>`)}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships>${each(name => `<Relationship Id="${name}" Type="x/worksheet" Target="${name}.xml"/>`)}</Relationships>`,
      'xl/empty.xml': sheet('<row/>'),
      'xl/one.xml': sheet(text('a', 'b') + text('1', '2')),
      'xl/other.xml': sheet(text('a', 'c') + text('3', '4')),
      'xl/two.xml': sheet(text('a', 'b') + text('5', '6')),
    })
    const { rows, sheets } = await rowsOf(path)
    expect(sheets).toEqual({ read: ['one', 'two'], left: ['other'] })
    expect(rows).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
      [4, '5', '6'],
    ])
  })

  test.each([
    ['an OpenDocument file', { 'content.xml': '<x/>', 'META-INF/manifest.xml': '<x/>' }, 'opendocument'],
    ['another file in a ZIP', { '_rels/.rels': '<Relationships/>' }, 'not-a-table'],
  ])('that is %s is refused in words', async (_name, parts: Record<string, string>, text) => {
    const path = await workbook('named.xlsx', parts)
    await expect(rowsOf(path)).rejects.toSatisfy(refusedBy(`exchange.file.${text}`))
  })
})

function refusedBy(text: string) {
  return (error: unknown) => error instanceof BadInput && error.faults[0]?.text === text
}

describe('a text file', () => {
  const write = (name: string, content: Buffer) => {
    writeFileSync(inFolder(name), content)
    return inFolder(name)
  }
  const gb = Buffer.from('b1e0bac5', 'hex') // 编号
  const lamp = Buffer.from('c2b7b5c6b2bbc1c1a3ac', 'hex') // 路灯不亮，

  test('that Excel saved in China or in the West is read as such, whatever the language of its reader', async () => {
    const path = write('gb.csv', Buffer.concat([gb, Buffer.from(',a\r\n1,'), lamp]))
    for (const lang of ['en', 'zh-CN'] as const) {
      const { encoding, rows } = await rowsOf(path, { lang })
      expect([encoding, rows]).toEqual([
        'gb18030',
        [
          [1, '编号', 'a'],
          [2, '1', '路灯不亮，'],
        ],
      ])
    }
    expect((await rowsOf(path, { lang: 'en', encoding: 'gb18030' })).rows[0]).toEqual([1, '编号', 'a'])
    const western = await rowsOf(write('west.csv', Buffer.from('Stra\xdfe;b\r\n1;2', 'latin1')), {
      lang: 'zh-CN',
    })
    expect([western.encoding, western.delimiter, western.rows[0]]).toEqual([
      'windows-1252',
      ';',
      [1, 'Straße', 'b'],
    ])
  })

  test('in UTF-16 with tabs, as Excel calls Unicode text, is read', async () => {
    const path = write('utf16.txt', Buffer.from('\ufeff编号\ta\r\n1\tb\r\n', 'utf16le'))
    const { rows, delimiter } = await rowsOf(path)
    expect([delimiter, rows]).toEqual([
      '\t',
      [
        [1, '编号', 'a'],
        [2, '1', 'b'],
      ],
    ])
  })

  test.each(['sep=;\r\na;b,c\r\n1;2', '\ufeffSEP=;\na;b,c\n1;2'])(
    'that begins %j, as Excel writes it, says its delimiter by that',
    async content => {
      const path = write('sep.csv', Buffer.from(content))
      const { rows, delimiter } = await rowsOf(path, { delimiter: ',' })
      expect([delimiter, rows]).toEqual([
        ';',
        [
          [2, 'a', 'b,c'],
          [3, '1', '2'],
        ],
      ])
    },
  )
})
