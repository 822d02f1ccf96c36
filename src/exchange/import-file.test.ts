import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { verifyDatabase } from '../audit/verify.ts'
import { runDeadlinePass } from '../cases/actions/deadline-pass.ts'
import { endRetention } from '../cases/actions/end-retention.ts'
import { rebuildCases } from '../cases/actions/rebuild-cases.ts'
import { findCase } from '../cases/reads.ts'
import { readOrganisation } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput } from '../platform/errors.ts'
import { translator } from '../platform/i18n/translator.ts'
import { createLog } from '../platform/log.ts'
import { v8 } from '../platform/uuid.ts'
import { type ImportOptions, importFile } from './actions/import-file.ts'
import { csvLine } from './csv.ts'
import { loadMapping } from './load-mapping.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const excerpt = join(import.meta.dirname, '../demo/material/nyc-311-excerpt.csv')
const mapping = loadMapping('nyc311', String)
const database = await testDatabase()
const office = await testOffice(database, { timeZone: 'America/New_York' })
const { tenant, pool } = office

const load = (path: string, options: Partial<ImportOptions> = {}) =>
  importFile(office, mapping, path, { t: translator('en'), batchSize: 25, ...options })

const recordOf = async (key: string) => {
  const id = v8(`import/${tenant.id}/nyc311/${key}`)
  const record = await inSnapshot(pool, tenant.id, tx => findCase(office, tx, id))
  if (!record) throw new Error(`no case ${key}`)
  return record
}

/** A file with rows like the one named, each with some values changed. */
function fileOf(name: string, rows: Record<string, string>[]): string {
  const [columns = '', , ...lines] = readFileSync(excerpt, 'utf8').split('\n')
  const names = columns.split(',')
  const model = lines.find(line => line.includes('Closed') && !line.includes('"')) ?? ''
  const path = join(folder, name)
  const content = rows.map((row, n) => {
    const values = model.split(',').map((value, at) => row[names[at] ?? ''] ?? value)
    values[0] = row['Unique Key'] ?? `${name}-${n}`
    return csvLine(values)
  })
  writeFileSync(path, `${columns}\n${content.join('')}`)
  return path
}

test('signs that could not be read are refused by line and column, not kept as marks for what was lost', async () => {
  const path = fileOf('lost.csv', [{}, { Descriptor: `${'路灯不亮，请派人维修。'.repeat(3)}Café` }])
  const bytes = readFileSync(path)
  const at = bytes.indexOf(Buffer.from('é'))
  writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from([0xe9]), bytes.subarray(at + 2)]))
  const report = await load(path, { dryRun: true })
  expect(report).toMatchObject({ rows: 2, imported: 1, refused: 1 })
  expect(report.reasons).toMatchObject([
    { column: 'Descriptor', text: 'exchange.row.lost-signs', firstLine: 3 },
  ])
})

describe('an excerpt of real records', () => {
  test('becomes cases, once however often it is imported', async () => {
    expect(await load(excerpt)).toMatchObject({ rows: 60, imported: 60, known: 0, refused: 0, units: [] })
    expect(await load(excerpt)).toMatchObject({ rows: 60, imported: 0, known: 60, refused: 0 })
  })

  test('a closed one has its own dates, its answer, and clocks met or missed by them', async () => {
    const { rows } = await database.owner.query(
      `select state from cases where status = 'closed' order by number`,
    )
    const missed = rows.map(row => row.state).filter(state => state.obligations.some(isMissed))
    expect(missed.length).toBeGreaterThan(0)
    for (const { state } of rows) {
      const late = Date.parse(state.closedAt) - Date.parse(state.filedAt) > 31 * 86_400_000
      expect(state.obligations.some(isMissed)).toBe(late)
      expect(state).toMatchObject({
        channel: 'import',
        protection: 'anonymous',
        closedBecause: 'settled-elsewhere',
      })
    }
    const { state, events } = await recordOf('19937902')
    expect(state).toMatchObject({ filedAt: '2011-03-01T14:07:45.000Z', closedAt: '2011-03-15T12:26:09.000Z' })
    const answer = events.find(event => event.type === 'answer.given')
    expect(answer?.at.toString()).toBe('2011-03-15T12:26:09Z')
    expect(answer?.text?.['parts']).toEqual({
      facts: 'The Department of Transportation has completed the request or corrected the condition.',
    })
    expect(events.at(-1)).toMatchObject({
      type: 'case.imported',
      actor: { kind: 'import', name: 'nyc311' },
      data: { source: 'nyc311', version: 1, key: '19937902', clocks: 'source' },
    })
    expect(events.at(-1)?.at.equals(office.clock.now())).toBe(true)
  })

  test('one still open keeps its day, and its clocks start now', async () => {
    const { rows } = await database.owner.query(`select state from cases where open order by number`)
    expect(rows.map(row => row.state.status).sort()).toEqual(['filed', 'filed', 'filed', 'in-hand'])
    for (const { state } of rows) {
      expect(state.filedAt.slice(0, 4)).toBe('2011')
      for (const one of state.obligations) expect(one.trigger).toBe('2026-03-02T01:00:00.000Z')
    }
  })

  test('no alarm is raised for what was over long ago', async () => {
    expect(await runDeadlinePass(office, createLog('silent'))).toMatchObject({ cases: 0, alarms: 0 })
  })

  test('the chain verifies and a rebuild finds no difference', async () => {
    const report = await verifyDatabase({ pool, tenant: tenant.id, now: office.clock.now() }, folder)
    expect(report.problems).toEqual([])
    const found: unknown[] = []
    await rebuildCases(office, difference => found.push(difference))
    expect(found).toEqual([])
  })

  test('what was brought over is kept for the whole period from that day', async () => {
    expect(await endRetention(office)).toBe(0)
  })
})

describe('rows that cannot be taken', () => {
  const rows = [
    {},
    { 'Unique Key': 'k1', 'Closed Date': '01/01/2011 01:00:00 AM' },
    { 'Created Date': '02/30/2011 01:00:00 AM', Status: 'Vanished' },
    { 'Created Date': '' },
    { 'Created Date': '01/01/2099 01:00:00 AM' },
    { 'Closed Date': '' },
    { 'Complaint Type': 'N/A', Descriptor: '', 'Location Type': '' },
  ]

  test('are left out, each with its line, its columns and every reason, and can be mended in place', async () => {
    const path = fileOf('refused.csv', rows)
    writeFileSync(path, `${readFileSync(path, 'utf8')}too,short\r\nx,"open\r\n`)
    const rejectedPath = join(folder, 'rejected.csv')
    const report = await load(path, { rejectedPath })
    expect(report).toMatchObject({ rows: 9, imported: 1, refused: 8 })
    const written = readFileSync(rejectedPath, 'utf8').split('\r\n')
    expect(written[0]).toMatch(/^\ufeffLine,Column,Reason,Unique Key,/)
    expect(written[1]).toMatch(
      /^3,Closed Date,It was closed \(01\/01\/2011 01:00:00 AM\) before it was raised/,
    )
    expect(written[2]).toMatch(/^4,Created Date; Status,.*is not a date.*The status “Vanished” is not known/)
    expect(written.slice(3, 9).map(line => line.split(',').slice(0, 2).join(','))).toEqual([
      '5,Created Date',
      '6,Created Date',
      '7,Closed Date',
      '8,Complaint Type',
      '9,',
      '10,',
    ])
    expect(report.reasons).toContainEqual({
      text: 'exchange.row.closed-before-created',
      column: 'Closed Date',
      rows: 1,
      firstLine: 3,
    })

    const mended = join(folder, 'mended.csv')
    const fixed = [
      written[0],
      written[1]
        ?.replace('01/01/2011 01:00:00 AM', '01/01/2012 01:00:00 AM')
        .replace('01/01/2011 01:00:00 AM', '01/01/2012 01:00:00 AM'),
    ]
    writeFileSync(mended, fixed.join('\r\n'))
    expect(await load(mended)).toMatchObject({ imported: 1, refused: 0 })
    expect((await recordOf('k1')).state.closedAt).toBe('2012-01-01T06:00:00.000Z')
  })

  test('no report is left where there was nothing to refuse', async () => {
    const rejectedPath = join(folder, 'nothing.csv')
    await load(fileOf('fine.csv', [{}]), { rejectedPath })
    expect(existsSync(rejectedPath)).toBe(false)
  })

  test('a file that is not what the mapping reads is refused before its first row', async () => {
    const path = join(folder, 'other.csv')
    writeFileSync(path, 'Unique Key;Created Date\n1;2\n')
    const refusal = async () => {
      const error: unknown = await load(path).catch(reason => reason)
      return error instanceof BadInput ? error.faults[0] : error
    }
    expect(await refusal()).toMatchObject({
      text: 'exchange.file.columns',
      values: { missing: expect.stringMatching(/^Closed Date, /), columns: 'Unique Key, Created Date' },
    })
    writeFileSync(path, '')
    expect(await refusal()).toMatchObject({ text: 'exchange.file.no-header' })
  })
})

describe('units', () => {
  const inUnit = (key: string) => ({ 'Unique Key': key, Agency: 'DEP', 'Agency Name': 'Water people' })

  test('that are not here leave their cases to the unit that receives all else', async () => {
    await load(fileOf('intake.csv', [inUnit('i1')]))
    expect((await recordOf('i1')).state).toMatchObject({ unitId: office.units.root, why: { rule: 'intake' } })
  })

  test('are made if asked, once, and have only what was brought over', async () => {
    const { units: made } = await load(fileOf('made.csv', [inUnit('m1'), inUnit('m2')]), {
      createUnits: true,
    })
    expect(made).toEqual([{ en: 'Department of Environmental Protection', 'zh-CN': '环境保护局' }])
    const { state } = await recordOf('m2')
    const { units } = await inSnapshot(pool, tenant.id, readOrganisation)
    expect(units.get(state.unitId)).toMatchObject({ functions: [], areas: [], parentId: office.units.root })
    expect(state.why).toEqual({ rule: 'imported' })
    const again = await load(fileOf('again.csv', [inUnit('m3')]), { createUnits: true })
    expect(again.units).toEqual([])
    expect((await recordOf('m3')).state.unitId).toBe(state.unitId)
  })
})

test('two imports of the same file at once make each case once', async () => {
  const path = fileOf(
    'twice.csv',
    Array.from({ length: 60 }, () => ({})),
  )
  const both = await Promise.all([load(path), load(path)])
  expect(both.reduce((sum, one) => sum + one.imported, 0)).toBe(60)
  expect(both.every(one => one.imported + one.known === 60)).toBe(true)
})

function isMissed(one: { status: string }): boolean {
  return one.status === 'missed'
}
