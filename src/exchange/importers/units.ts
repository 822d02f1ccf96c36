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
import type { FieldReader, Importer, RefusedRow, Row, Taken } from './importer.ts'
import { unitsByName } from './units-by-name.ts'

/** A unit of a file: `parent` is what the file calls the one above it, empty for the institution. */
type UnitRow = { row: Row; name: Name; parent: string; functions: string[]; areas: Name[] }

type Context = { office: Office; actor: OrgActor; pack: Pack; mapping: TableMapping; dryRun: boolean }

/**
 * Units: each below the one that its row names, which may stand further down in the file. A unit is here already where
 * one with its name, in either language, stands below the same one.
 */
export function unitsImporter({ office, actor, pack, mapping, dryRun }: Context, fields: FieldReader): Importer<UnitRow> {
  const functions = new Set([...pack.categories.map(one => one.function), oversightFunction])
  const columnOf = (field: string) => mapping.columns[field] ?? field
  const split = (text: string) =>
    text
      .split(mapping.separator)
      .map(one => one.trim())
      .filter(Boolean)
  // Those whose parent is not here yet.
  let waiting: UnitRow[] = []
  // What a dry run would have added so far.
  const imagined: Unit[] = []

  const take = async (rows: readonly UnitRow[]): Promise<Taken> => {
    const choose = (organisation: Organisation) => {
      const result = place([...imagined, ...organisation.units.values()], rows, {
        parent: columnOf('parent'),
        functions: columnOf('functions'),
      })
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
      if (!en && !zh) faults.push({ column: columnOf(mapping.columns['name-en'] ? 'name-en' : 'name-zh'), text: 'exchange.row.no-name' })
      for (const field of ['name-en', 'name-zh'])
        if ([...get(field)].length > 100) faults.push({ column: columnOf(field), text: 'exchange.row.name-long' })
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
      return { item: { row, name: bothOf(en, zh), parent: get('parent'), functions: [...new Set(handles)], areas } }
    },
    write: rows => take([...waiting, ...rows]),
    async end() {
      const sum: Taken = { imported: 0, known: 0, refused: [] }
      // Each round places those whose parents the last one placed.
      for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
        before = waiting.length
        const { imported, known, refused } = await take(waiting)
        sum.imported += imported
        sum.known += known
        sum.refused = [...sum.refused, ...refused]
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

/** Where each row's unit stands among those that there are; pure but for new ids. */
function place(units: readonly Unit[], rows: readonly UnitRow[], columns: { parent: string; functions: string }): Placed {
  const index = unitsByName(units)
  const root = units.find(unit => unit.parentId === null && unit.intake) ?? units.find(unit => unit.path.length === 1)
  const placed: Placed = { added: [], known: 0, waiting: [], refused: [] }
  for (const item of rows) {
    const { row, name, parent: above, functions, areas } = item
    const names = Object.values(name)
    // The institution itself, and what stands beside it, is in a list of units that left here.
    const top = units.find(unit => unit.parentId === null && names.some(one => Object.values(unit.name).includes(one)))
    if (above === '' && top) {
      placed.known++
      continue
    }
    const parent = above === '' ? (root ?? 'none') : index.find(above)
    if (parent === 'none') placed.waiting.push(item)
    else if (parent === 'several') {
      const values = { value: above }
      placed.refused.push({ row, faults: [{ column: columns.parent, text: 'exchange.row.several-units', values }] })
    } else if (index.below(parent.id, names)) placed.known++
    else if (functions.includes(oversightFunction)) {
      // Who checks on the institution is set up by people who look at it, not by a file.
      placed.refused.push({ row, faults: [{ column: columns.functions, text: 'exchange.row.oversight' }] })
    } else {
      const id = v7()
      const path = [...parent.path, id]
      const unit = { id, parentId: parent.id, path, name, functions, areas, intake: false, active: true }
      placed.added.push(unit)
      index.add(unit)
    }
  }
  return placed
}
