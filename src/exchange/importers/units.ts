import { addUnits } from '../../org/actions/add-many.ts'
import type { OrgActor } from '../../org/actions.ts'
import { readBilingual } from '../../org/calendar-days.ts'
import { oversightFunction } from '../../org/may.ts'
import { bothOf } from '../../org/names.ts'
import { type Name, type Organisation, readOrganisation, type Unit } from '../../org/reads.ts'
import type { Pack } from '../../packs/schema.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { v7 } from '../../platform/uuid.ts'
import type { RowFault } from '../read-row.ts'
import type { TableMapping } from '../table-mapping.ts'
import { compared } from '../values.ts'
import type { FieldReader, Importer, RefusedRow, Row, Taken } from './importer.ts'
import { unitsByName } from './units-by-name.ts'

/** A unit of a file: `parent` is what the file calls the one above it, empty for the institution. */
type UnitRow = { row: Row; name: Name; parent: string; functions: string[]; areas: Name[] }

type Context = { office: Office; actor: OrgActor; pack: Pack; mapping: TableMapping; dryRun: boolean }

/**
 * Units: each below the one that its row names, which may stand further down in the file. A unit is here already where
 * one with its name, in either language, stands below the same one.
 */
export function unitsImporter(
  { office, actor, pack, mapping, dryRun }: Context,
  fields: FieldReader,
): Importer<UnitRow> {
  const functions = new Set([...pack.categories.map(one => one.function), oversightFunction])
  const columnOf = (field: string) => mapping.columns[field] ?? field
  const split = (text: string) =>
    text
      .split(mapping.separator)
      .map(one => one.trim())
      .filter(Boolean)
  // All rows wait for the end of the file: only then is it known which units a name may mean.
  let waiting: UnitRow[] = []
  // What a dry run would have added so far.
  const imagined: Unit[] = []
  const columns = { parent: columnOf('parent'), functions: columnOf('functions') }

  const take = async (strict: boolean): Promise<Taken> => {
    const choose = (organisation: Organisation) => {
      const result = place([...imagined, ...organisation.units.values()], waiting, columns, strict)
      return { units: result.added, result }
    }
    const { pool, tenant } = office
    const placed = dryRun
      ? choose(await inSnapshot(pool, tenant.id, readOrganisation)).result
      : await addUnits(office, actor, choose)
    if (dryRun) imagined.push(...placed.added)
    waiting = placed.waiting
    return { imported: placed.added.length, known: placed.known, refused: placed.refused }
  }

  return {
    batch: 500,
    read(row) {
      const get = fields(row)
      const faults: RowFault[] = []
      const [en, zh] = [get('name-en'), get('name-zh')]
      if (!en && !zh)
        faults.push({
          column: columnOf(mapping.columns['name-en'] ? 'name-en' : 'name-zh'),
          text: 'exchange.row.no-name',
        })
      for (const field of ['name-en', 'name-zh'])
        if ([...get(field)].length > 100)
          faults.push({ column: columnOf(field), text: 'exchange.row.name-long' })
      const handles = split(get('functions'))
      for (const value of handles)
        if (!functions.has(value))
          faults.push({
            column: columnOf('functions'),
            text: 'exchange.row.function',
            values: { value, known: [...functions].toSorted().join(', ') },
          })
      if (faults.length > 0) return { faults }
      const areas = split(get('areas')).map(readBilingual)
      return {
        item: { row, name: bothOf(en, zh), parent: get('parent'), functions: [...new Set(handles)], areas },
      }
    },
    async write(rows) {
      waiting.push(...rows)
      return { imported: 0, known: 0, refused: [] }
    },
    async end() {
      const sum: Taken = { imported: 0, known: 0, refused: [] }
      // Each round places those below the ones that the last one placed. Where rows wait for each other, as a group of
      // the same name as what it stands below, names are in the end taken for the units that are there.
      for (let strict = true; waiting.length > 0; ) {
        const before = waiting.length
        const { imported, known, refused } = await take(strict)
        sum.imported += imported
        sum.known += known
        sum.refused = [...sum.refused, ...refused]
        if (waiting.length < before) continue
        if (!strict) break
        strict = false
      }
      const lost = waiting.map(({ row, parent }): RefusedRow => {
        const values = { value: parent }
        return { row, faults: [{ column: columnOf('parent'), text: 'exchange.row.parent', values }] }
      })
      return { ...sum, refused: [...sum.refused, ...lost] }
    },
  }
}

type Placed = { added: Unit[]; known: number; waiting: UnitRow[]; refused: RefusedRow[] }

/** Units that are added in one transaction, at most. */
const atOnce = 500

/**
 * Where the units of rows stand among those that there are; pure but for new ids. Strictly, a row waits while another
 * one is left that its parent's name could mean as well.
 */
function place(
  units: readonly Unit[],
  rows: readonly UnitRow[],
  columns: { parent: string; functions: string },
  strict: boolean,
): Placed {
  const index = unitsByName(units)
  const root = units.find(unit => unit.parentId === null && unit.intake)
  const tops = units.filter(unit => unit.parentId === null)
  const left = new Map<string, number>()
  const count = (item: UnitRow, change: number) => {
    for (const name of namesOf(item)) left.set(name, (left.get(name) ?? 0) + change)
  }
  for (const item of rows) count(item, 1)
  const placed: Placed = { added: [], known: 0, waiting: [], refused: [] }
  for (const item of rows) {
    const { row, parent: above, functions } = item
    const last = compared(above.split('/').at(-1) ?? '')
    const others = (left.get(last) ?? 0) - (namesOf(item).includes(last) ? 1 : 0)
    const parent = above === '' ? (root ?? 'none') : index.find(above)
    if (placed.added.length >= atOnce || (strict && others > 0)) {
      placed.waiting.push(item)
      continue
    }
    // The institution itself, and what stands beside it, is in a list of units that left here.
    const isTop = above === '' && tops.some(unit => namesOf(unit).some(name => namesOf(item).includes(name)))
    const refuse = (column: string, text: RowFault['text'], values: Record<string, string> = {}) =>
      placed.refused.push({ row, faults: [{ column, text, values }] })
    if (isTop) placed.known++
    else if (parent === 'none') {
      placed.waiting.push(item)
      continue
    } else if (parent === 'several') refuse(columns.parent, 'exchange.row.several-units', { value: above })
    else if (index.below(parent.id, Object.values(item.name))) placed.known++
    // Who checks on the institution is set up by people who look at it, not by a file.
    else if (functions.includes(oversightFunction)) refuse(columns.functions, 'exchange.row.oversight')
    else {
      const unit = unitBelow(parent, item)
      placed.added.push(unit)
      index.add(unit)
    }
    count(item, -1)
  }
  return placed
}

function unitBelow(parent: Unit, { name, functions, areas }: UnitRow): Unit {
  const id = v7()
  return {
    id,
    parentId: parent.id,
    path: [...parent.path, id],
    name,
    functions,
    areas,
    intake: false,
    active: true,
  }
}

const namesOf = ({ name }: { name: Name }): string[] => [...new Set(Object.values(name).map(compared))]
