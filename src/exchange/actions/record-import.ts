import { recordOnOrganisation } from '../../org/actions.ts'
import type { Query } from '../../platform/database/query.ts'
import type { Office } from '../../platform/office.ts'
import type { Author } from '../../platform/stream.ts'
import type { AnyMapping } from '../load-mapping.ts'
import type { ImportReport } from '../report.ts'

/** Writes on the organisation's record that a file was brought in, by whom, and what came of it. */
export function recordImport(
  office: Office,
  author: Author,
  { kind, id, version }: AnyMapping,
  { rows, imported, known, refused }: ImportReport,
  writes: readonly Query[] = [],
): Promise<void> {
  const data = { kind, mapping: id, version, rows, imported, known, refused }
  return recordOnOrganisation(office, author, { type: 'exchange.imported', data }, () => writes)
}
