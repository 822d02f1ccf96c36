import { type CaseToImport, countKnown, importCases } from '../../cases/actions/import-cases.ts'
import type { Office } from '../../platform/office.ts'
import type { UnitFinder } from '../import-units.ts'
import type { Mapping } from '../mapping.ts'
import { type Reading, rowReader } from '../read-row.ts'
import type { Importer } from './importer.ts'

type CaseRow = { case: CaseToImport; unit: { code: string; name: string } | undefined }

type Context = {
  office: Office
  mapping: Mapping
  reading: Reading
  units: UnitFinder
  dryRun: boolean
  batch: number
}

/** Cases of another system, with their own dates; each is here once, by the key of its row. */
export function casesImporter(
  { office, mapping, reading, units, dryRun, batch }: Context,
  columns: readonly string[],
): Importer<CaseRow> {
  const read = rowReader(mapping, columns, reading)
  const origin = { source: mapping.id, version: mapping.version }
  return {
    batch,
    atOnce: 2,
    read(row) {
      const result = read(row.values)
      return 'faults' in result ? result : { item: result }
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
