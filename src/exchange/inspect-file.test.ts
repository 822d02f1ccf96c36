import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { inspectFile } from './inspect-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-inspect-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function formatOf(...days: string[]): Promise<string | undefined> {
  const path = join(folder, 'days.csv')
  writeFileSync(path, ['Opened', ...days].map(day => `"${day}"`).join('\n'))
  return (await inspectFile(path, 'cases', { lang: 'en' })).dateFormat
}

test.each([
  ['yyyy-MM-dd', ['2026-01-05', '2026-12-31']],
  ['yyyy年MM月dd日', ['2026年1月5日']],
  ['dd/MM/yyyy', ['05/01/2026', '31/12/2026']],
  ['MM/dd/yyyy HH:mm', ['01/05/2026 10:00', '12/31/2026 10:00']],
  ['dd/MM/yyyy', ['31/12/2026', '30/11/2026', 'yesterday']],
])('days written %s are known by most of them: %j', async (format, days) => {
  expect(await formatOf(...days)).toBe(format)
})

test('days that could be read in two ways, or in none, have to be said', async () => {
  expect(await formatOf('05/01/2026', '06/02/2026')).toBeUndefined()
  expect(await formatOf('soon', 'later', '2026-01-05')).toBeUndefined()
  expect(await formatOf('05/05/2026')).toBe('dd/MM/yyyy')
})

test('columns are known by our labels in both languages, and by what others call them', async () => {
  const path = join(folder, 'columns.csv')
  writeFileSync(path, '电子邮箱,Full name,角色,部门,Whatever\na,b,c,d,e\n')
  const { choice, columns } = await inspectFile(path, 'staff', { lang: 'en' })
  expect(choice).toEqual({ email: '电子邮箱', name: 'Full name', role: '角色', unit: '部门' })
  expect(columns).toContain('Whatever')
  const said = await inspectFile(path, 'staff', { lang: 'en' }, { name: 'Whatever' })
  expect(said.choice).toMatchObject({ name: 'Whatever' })
})

test.each([
  ['Number,Opened\n', 'no-rows', undefined],
  [
    `Number,Opened\n1,${'x'.repeat(300_000)}\n`,
    'row-too-long',
    { line: 2, column: 'Opened', limit: 200_000 },
  ],
  ['Number,Opened\n1,"x', 'quotes', { line: 2 }],
])('a file without a row that can be read says why: %#', async (content, text, values) => {
  const path = join(folder, 'none.csv')
  writeFileSync(path, content)
  const { fault } = await inspectFile(path, 'cases', { lang: 'en' })
  expect(fault).toEqual({ field: 'file', text: `exchange.file.${text}`, ...(values && { values }) })
})

test('a first line that cannot be read says why', async () => {
  const path = join(folder, 'first.csv')
  writeFileSync(path, 'Number,"Opened\n')
  await expect(inspectFile(path, 'cases', { lang: 'en' })).rejects.toMatchObject({
    faults: [{ text: 'exchange.file.quotes', values: { line: 1 } }],
  })
})
