import { packOf } from '../packs/reads.ts'
import type { Office } from '../platform/office.ts'
import { buildMapping } from './build-mapping.ts'
import { type AnyMapping, loadAnyMapping } from './load-mapping.ts'
import type { Run } from './run.ts'

/** The mapping that an import goes by: the one it names, or the one made of what was said of its columns. */
export function mappingOf({ tenant }: Office, { kind, reading }: Run): AnyMapping {
  const { choice, source, dateFormat, encoding, delimiter, mapping } = reading
  if (mapping !== undefined) return { ...loadAnyMapping(mapping, String), ...(encoding && { encoding }) }
  return buildMapping({
    kind,
    choice,
    source,
    dateFormat,
    timeZone: tenant.timeZone,
    language: tenant.language,
    pack: packOf(tenant),
    encoding,
    delimiter,
  })
}
