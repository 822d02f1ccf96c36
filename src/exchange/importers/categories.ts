import { change, type OrgActor } from '../../org/actions.ts'
import type { Kind, Pack } from '../../packs/schema.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { languages } from '../../platform/i18n/languages.ts'
import type { Office } from '../../platform/office.ts'
import { exchangeActions } from '../permissions.ts'
import type { RowFault } from '../read-row.ts'
import { type CategoryName, categoryFinder, listCategoryNames } from '../reads.ts'
import { saveCategoryNames } from '../store.ts'
import type { TableMapping } from '../table-mapping.ts'
import { compared } from '../values.ts'
import type { FieldReader, Importer } from './importer.ts'

type Context = { office: Office; actor: OrgActor; pack: Pack; mapping: TableMapping; dryRun: boolean }

/**
 * Categories: what the institution's own files call those of the rules. The rules themselves are data of the product,
 * with deadlines and routing for each category, so a file adds names, never a category; a name given again leads to
 * what was said last.
 */
export function categoriesImporter(
  { office, actor, pack, mapping, dryRun }: Context,
  fields: FieldReader,
): Importer<CategoryName> {
  const find = categoryFinder(pack, [])
  const kinds = new Map<string, Kind>(
    pack.kinds.flatMap(({ code, name }) => [
      [code, code] as const,
      ...languages.map(lang => [compared(name[lang]), code] as const),
    ]),
  )
  const columnOf = (field: string) => mapping.columns[field] ?? field
  const imagined = new Map<string, CategoryName>()
  return {
    batch: 500,
    read(row) {
      const get = fields(row)
      const faults: RowFault[] = []
      const [local, wanted, kindName] = [get('local'), get('category'), get('kind')]
      const category = find(wanted)?.category
      const kind = kinds.get(compared(kindName))
      if (!local) faults.push({ column: columnOf('local'), text: 'exchange.row.no-name' })
      if (!category) {
        const values = { value: wanted }
        faults.push({ column: columnOf('category'), text: 'exchange.row.no-category', values })
      }
      if (kindName && !kind) {
        const values = { value: kindName, known: pack.kinds.map(one => one.code).join(', ') }
        faults.push({ column: columnOf('kind'), text: 'exchange.row.kind', values })
      }
      return category && faults.length === 0
        ? { item: { name: compared(local), category, kind } }
        : { faults }
    },
    async write(names) {
      const once = [...new Map(names.map(one => [one.name, one])).values()]
      const { pool, tenant } = office
      const here = await inSnapshot(pool, tenant.id, listCategoryNames)
      const now = new Map([...here.map(one => [one.name, one] as const), ...imagined])
      const fresh = once.filter(({ name, category, kind }) => {
        const before = now.get(name)
        return before?.category !== category || before.kind !== kind
      })
      if (dryRun) for (const one of fresh) imagined.set(one.name, one)
      else if (fresh.length > 0)
        await change(office, actor, exchangeActions.importFiles, async (tx, at) => ({
          result: undefined,
          events: [
            {
              type: 'exchange.categories-named',
              data: { names: fresh.length },
              sealed: {
                names: fresh.map(({ name, category, kind }) => ({ name, category, kind: kind ?? null })),
              },
            },
          ],
          writes: [saveCategoryNames(tx.tenant, fresh, at)],
        }))
      return { imported: fresh.length, known: names.length - fresh.length, refused: [] }
    },
  }
}
