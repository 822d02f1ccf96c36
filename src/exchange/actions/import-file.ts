import type { OrgActor } from '../../org/actions.ts'
import { packOf } from '../../packs/reads.ts'
import { findCategory } from '../../packs/rules.ts'
import type { Pack } from '../../packs/schema.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput } from '../../platform/errors.ts'
import type { T } from '../../platform/i18n/translator.ts'
import type { Office } from '../../platform/office.ts'
import type { CsvRow } from '../csv.ts'
import { unitFinder } from '../import-units.ts'
import { casesImporter } from '../importers/cases.ts'
import { categoriesImporter } from '../importers/categories.ts'
import type { FieldReader, Importer, Row, Taken } from '../importers/importer.ts'
import { staffImporter } from '../importers/staff.ts'
import { unitsImporter } from '../importers/units.ts'
import { faultOfFile } from '../inspect-file.ts'
import type { AnyMapping } from '../load-mapping.ts'
import { columnsOf } from '../mapping.ts'
import type { RowFault } from '../read-row.ts'
import { categoryFinder, listCategoryNames } from '../reads.ts'
import { rejectedFile } from '../rejected.ts'
import type { ImportReport, Progress } from '../report.ts'
import { withoutApostrophe } from '../sheets/cell.ts'
import { columnName } from '../sheets/coordinates.ts'
import { openRows } from '../sheets/open-rows.ts'
import type { TableMapping } from '../table-mapping.ts'
import { plainValue } from '../values.ts'

/** How a file is imported. */
export type ImportOptions = {
  /** The language of the report. */
  t: T
  /** Who brings units, staff and categories in; whoever runs the installation if not given. */
  actor?: OrgActor
  /** Reads and checks everything, writes nothing, and says what would have come of it. */
  dryRun?: boolean
  /** Makes the units that the mapping names and the organisation lacks. */
  createUnits?: boolean
  /** Where refused rows are written; nowhere if not given. */
  rejectedPath?: string | undefined
  /** Moves every date by so many days, for the demo. */
  shiftDays?: number
  /** Called after each batch and awaited, so that it can hold the import back or end it by throwing. */
  progress?: (progress: Progress) => void | Promise<void>
  batchSize?: number
}

// A hundred cases are some 1,600 events: a quarter of a second's work. Twice as many are 3% faster and take 30 MB more.
const defaultBatch = 100

/** How often a dry run, which has no batches worth waiting for, tells how far it has come: in rows. */
const refusedBetweenWords = 1000

/**
 * Imports a CSV file or a workbook as a mapping says: streaming, a batch to a transaction, each row once however often
 * the file is imported or the import is cut short. Rows that cannot be taken are left out and reported.
 * @throws BadInput where the file as a whole does not fit the mapping; nothing was imported then.
 */
export async function importFile(
  office: Office,
  mapping: AnyMapping,
  path: string,
  options: ImportOptions,
): Promise<ImportReport> {
  const { t, progress = () => {}, dryRun = false } = options
  const dateFormat = mapping.kind === 'cases' ? mapping.dates.format : undefined
  const opened = await openRows(path, { ...mapping, dateFormat, lang: t.lang })
  const columns = await readHeader(opened.rows, mapping)
  const units =
    mapping.kind === 'cases' ? unitFinder(office, mapping, options.createUnits ?? false, dryRun) : undefined
  const importer = await importerFor(office, mapping, columns, options, units)
  const rejected = options.rejectedPath
    ? rejectedFile(options.rejectedPath, columns, t, opened.delimiter ?? ',')
    : undefined
  const count = { rows: 0, imported: 0, known: 0, refused: 0 }
  const reasons = new Map<string, ImportReport['reasons'][number]>()
  let bytes = 0
  const writing = new Set<Promise<void>>()

  const tell = () => progress({ ...count, share: opened.bytes === 0 ? 1 : Math.min(1, bytes / opened.bytes) })
  const refuse = async (
    line: number,
    faults: readonly (RowFault | WholeRowFault)[],
    values: readonly string[],
  ) => {
    count.refused++
    noteReasons(reasons, line, faults)
    await rejected?.add({ line, faults }, values)
    if (count.refused % refusedBetweenWords === 0) await tell()
  }
  const settle = async ({ imported, known, refused }: Taken) => {
    count.imported += imported
    count.known += known
    for (const { row, faults } of refused) await refuse(row.line, faults, row.values)
    await tell()
  }
  // While the database writes one batch the next is worked out, and no further.
  const hand = async (items: readonly unknown[]) => {
    const one = importer.write(items).then(settle)
    one.catch(() => {}) // thrown where it is awaited
    writing.add(one)
    one.finally(() => writing.delete(one)).catch(() => {})
    if (writing.size >= (importer.atOnce ?? 1)) await Promise.race(writing)
  }

  let batch: unknown[] = []
  try {
    for await (const row of opened.rows) {
      count.rows++
      bytes = row.bytes
      if ('broken' in row || row.values.length !== columns.length) {
        await refuse(row.line, unreadable(row, columns), 'broken' in row ? [] : row.values)
        continue
      }
      const lost = row.values.findIndex(value => value.includes(replacement))
      if (lost !== -1) {
        await refuse(row.line, [{ column: columns[lost] ?? '', text: 'exchange.row.lost-signs' }], row.values)
        continue
      }
      const result = importer.read(row)
      if ('faults' in result) {
        await refuse(row.line, result.faults, row.values)
        continue
      }
      batch.push(result.item)
      if (batch.length < importer.batch) continue
      await hand(batch)
      batch = []
    }
    if (batch.length > 0) await hand(batch)
    await Promise.all(writing)
    if (importer.end) await settle(await importer.end())
  } finally {
    await Promise.allSettled(writing)
    await rejected?.close()
  }
  const unknownCategories = unknownCategoriesOf(mapping, packOf(office.tenant))
  return {
    ...count,
    dryRun,
    reasons: [...reasons.values()],
    units: units?.created ?? [],
    unknownCategories,
    sheets: opened.sheets,
  }
}

async function importerFor(
  office: Office,
  mapping: AnyMapping,
  columns: readonly string[],
  { t, actor = 'set-up', dryRun = false, shiftDays = 0, batchSize = defaultBatch }: ImportOptions,
  units: ReturnType<typeof unitFinder> | undefined,
): Promise<Importer<unknown>> {
  const { pool, tenant, clock } = office
  const pack = packOf(tenant)
  if (mapping.kind === 'cases') {
    const local = await inSnapshot(pool, tenant.id, listCategoryNames)
    const findCategory = categoryFinder(pack, local)
    const reading = { tenant: tenant.id, pack, now: clock.now(), lang: t.lang, shiftDays, findCategory }
    if (!units) throw new RangeError('cases need units')
    return casesImporter(
      { office, mapping, reading, units, dryRun, batch: batchSize },
      columns,
    ) as Importer<unknown>
  }
  const fields = fieldReader(mapping, columns)
  const context = { office, actor, pack, mapping, dryRun }
  switch (mapping.kind) {
    case 'units':
      return unitsImporter(context, fields) as Importer<unknown>
    case 'staff':
      return staffImporter(context, fields) as Importer<unknown>
    case 'categories':
      return categoriesImporter(context, fields) as Importer<unknown>
  }
}

function fieldReader(mapping: TableMapping, columns: readonly string[]): FieldReader {
  const at = new Map(
    Object.entries(mapping.columns).map(([field, column]) => [field, columns.indexOf(column)]),
  )
  return ({ values }: Row) =>
    field =>
      plainValue(mapping, values[at.get(field) ?? -1])
}

async function readHeader(rows: AsyncGenerator<CsvRow>, mapping: AnyMapping): Promise<string[]> {
  const refused = (text: string, values: Record<string, string> = {}) =>
    new BadInput([{ field: 'file', text, values }])
  const first = await rows.next()
  if (first.done) throw refused('exchange.file.no-header')
  if ('broken' in first.value) {
    await rows.return(undefined)
    throw new BadInput([faultOfFile(first.value)])
  }
  const columns = first.value.values.map(value => withoutApostrophe(value).trim())
  const needed = mapping.kind === 'cases' ? columnsOf(mapping) : Object.values(mapping.columns)
  const missing = needed.filter(column => !columns.includes(column))
  const list = (names: readonly string[]) => names.join(', ')
  const twice = needed.filter(column => columns.indexOf(column) !== columns.lastIndexOf(column))
  if (missing.length > 0 || twice.length > 0) await rows.return(undefined)
  if (missing.length > 0)
    throw refused('exchange.file.columns', {
      missing: list(missing),
      columns: list(columns),
    })
  if (twice.length > 0) throw refused('exchange.file.columns-twice', { columns: list(twice) })
  return columns
}

// What a decoder puts in place of bytes that are no signs of the encoding. Taken over, it would stand in the record for good.
const replacement = '\uFFFD'

type WholeRowFault = Omit<RowFault, 'column'>

function unreadable(row: CsvRow, columns: readonly string[]): (RowFault | WholeRowFault)[] {
  if ('broken' in row) {
    const text = `exchange.row.${row.broken}` as const
    if (row.broken === 'quotes') return [{ text }]
    const { column: at, limit } = row
    return [{ text, column: columns[at] || columnName(at), values: { limit } }]
  }
  const values = { found: row.values.length, expected: columns.length }
  return [{ text: 'exchange.row.columns', values }]
}

function noteReasons(
  reasons: Map<string, ImportReport['reasons'][number]>,
  line: number,
  faults: readonly (RowFault | WholeRowFault)[],
): void {
  for (const fault of faults) {
    const column = 'column' in fault ? fault.column : ''
    const key = `${fault.text} ${column}`
    const known = reasons.get(key)
    if (known) known.rows++
    else reasons.set(key, { text: fault.text, column, rows: 1, firstLine: line })
  }
}

function unknownCategoriesOf(mapping: AnyMapping, pack: Pack): string[] {
  if (mapping.kind !== 'cases') return []
  const { category } = mapping
  const codes = [...Object.values(category.values), category.otherwise].map(one => one.category)
  return [...new Set(codes)].filter(code => !findCategory(pack, code))
}
