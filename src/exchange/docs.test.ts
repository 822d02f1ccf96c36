import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'
import { main } from '../cli/main.ts'
import { systemClock } from '../platform/clock.ts'
import { parseMapping } from './load-mapping.ts'

// The examples of docs/api.md, as whoever reads it would run them, one after the other in one folder.

const database = await testDatabase()
const office = await testOffice(database, { start: systemClock.now().toString() })
const [, section = ''] =
  /\n## Import and export\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync('docs/api.md', 'utf8')) ?? []
const folder = mkdtempSync(join(tmpdir(), 'answerable-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
const env = {
  DATABASE_URL: database.url,
  DATA_DIR: folder,
  ROOT_KEY_FILE: rootKeyFile,
  LOG_LEVEL: 'error',
  LANG: 'C',
}

/** The words of a line as a shell takes it, with its files in the folder. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  return words.map(word => (/^[\w-]+\.(csv|xlsx)$/.test(word) ? join(folder, word) : word))
}

async function run(line: string): Promise<{ status: number; out: string }> {
  const [, , ...words] = wordsOf(line)
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const status = await main(words, env)
    expect(err.mock.calls).toEqual([])
    return { status, out: out.mock.calls.join('\n').replaceAll(`${folder}/`, '') }
  } finally {
    vi.restoreAllMocks()
  }
}

const timeless = (text: string) => text.replaceAll(/\d+(\.\d+)? s\./g, 'N s.').trim()

test('every line of the document does what stands below it', async () => {
  await fileOne(office)
  await fileOne(office, { kind: 'grievance', category: 'street-light' })
  const blocks = [...section.matchAll(/(?:`([\w.-]+)`:\n\n)?```(\w+)\n([\s\S]*?)\n```/g)]
  expect(blocks.length).toBeGreaterThanOrEqual(8)
  let last: { status: number; out: string } | undefined
  for (const [, name, kind, content = ''] of blocks) {
    if (kind === 'csv') writeFileSync(join(folder, name ?? ''), `${content}\n`)
    else if (kind === 'sh') last = await run(content)
    else if (kind === 'json') expect(JSON.parse(last?.out ?? '')).toEqual(JSON.parse(content))
    else expect(timeless(last?.out ?? '')).toBe(timeless(content))
  }
})

test('the exit statuses are those of the document, and the same file again adds nothing', async () => {
  expect((await run('npx answerable import units units.csv --dry-run')).status).toBe(1)
  expect((await run('npx answerable import units units.csv')).out).toContain('2 units were imported')
  expect((await run('npx answerable import units units.csv')).out).toContain('Nothing new was imported')
  const again =
    'npx answerable import cases old.csv --columns "key=Ref;created=When;what=Text;category=Topic" --date-format dd/MM/yyyy --source old-hotline'
  expect(await run(again)).toMatchObject({ status: 0, out: expect.stringContaining('2 were here before') })
})

test('the mapping that a dry run prints is one that can be used', async () => {
  const line =
    'npx answerable import cases old.csv --columns "key=Ref;created=When;what=Text;category=Topic" --date-format dd/MM/yyyy --source old-hotline'
  const { out } = await run(`${line} --dry-run --json`)
  const { mapping } = JSON.parse(out)
  expect(parseMapping(JSON.stringify(mapping), 'mine')).toEqual(mapping)
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(mapping))
  const used = await run(`npx answerable import ${join(folder, 'mine.json')} old.csv`)
  expect(used).toMatchObject({ status: 0, out: expect.stringContaining('2 were here before') })
})
