import { type CaseToImport, countKnown, importCases } from '../../cases/actions/import-cases.ts'
import type { Office } from '../../platform/office.ts'
import type { UnitFinder } from '../import-units.ts'
import type { Mapping } from '../mapping.ts'
import { type Reading, type RowFault, rowReader } from '../read-row.ts'
import { seenKeys } from '../seen-keys.ts'
import { plainValue } from '../values.ts'
import type { Importer, Row } from './importer.ts'

type CaseRow = { case: CaseToImport; unit: { code: string; name: string } | undefined }

type Context = {
  office: Office
  mapping: Mapping
  reading: Reading
  units: UnitFinder
  dryRun: boolean
  batch: number
}

/**
 * Cases of another system, with their own dates; each is here once, by the key of its row. A key that an earlier row of
 * the file has is refused: the two may be different cases, and the second would be taken for the first, here before.
 */
export function casesImporter(
  { office, mapping, reading, units, dryRun, batch }: Context,
  columns: readonly string[],
): Importer<CaseRow> {
  const read = rowReader(mapping, columns, reading)
  const keyAt = columns.indexOf(mapping.key)
  const seen = seenKeys()
  // Rows that are refused count as well: mended, they come with the same key.
  const repeats = ({ line, values }: Row): RowFault[] => {
    const value = plainValue(mapping, values[keyAt])
    const first = value ? seen.note(value, line) : undefined
    if (first === undefined) return []
    return [{ column: mapping.key, text: 'exchange.row.number-twice', values: { value, line: first } }]
  }
  const origin = { source: mapping.id, version: mapping.version }
  return {
    batch,
    atOnce: 2,
    read(row) {
      const repeated = repeats(row)
      const result = read(row.values)
      if ('faults' in result) return { faults: [...repeated, ...result.faults] }
      return repeated.length > 0 ? { faults: repeated } : { item: result }
    },
    async write(rows) {
      const cases: CaseToImport[] = []
      for (const row of rows) cases.push({ ...row.case, sentTo: await units.find(row.unit) })
      if (!dryRun) return { ...(await importCases(office, origin, cases)), refused: [] }
      const known = await countKnown(office, cases)
      return { imported: cases.length - known, known, refused: [] }
    },
  }
}
