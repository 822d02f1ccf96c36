import { writeBilingual } from '../../org/calendar-days.ts'
import type { Organisation } from '../../org/reads.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { unitPath } from '../importers/units-by-name.ts'
import type { Cell, Sheet } from '../sheets/cell.ts'

/** What joins several values in one cell. */
export const listSeparator = '; '

/** The units of the organisation, each after the one above it; a file of units to import has the same columns. */
export function unitsSheet({ units }: Organisation, t: T): Sheet {
  const parentOf = (id: string | null) => {
    const parent = units.get(id ?? '')
    return parent && unitPath(parent, units, t.lang)
  }
  return {
    title: t('org.units.title'),
    columns: [
      t('exchange.field.units.name-en'),
      t('exchange.field.units.name-zh'),
      t('exchange.field.units.parent'),
      t('exchange.field.units.functions'),
      t('exchange.field.units.areas'),
      t('exchange.list.intake'),
      t('exchange.list.active'),
    ],
    rows: each([...units.values()], unit => [
      unit.name.en,
      unit.name['zh-CN'],
      parentOf(unit.parentId),
      unit.functions.join(listSeparator),
      unit.areas.map(writeBilingual).join(listSeparator),
      yesOrNo(unit.intake, t),
      yesOrNo(unit.active, t),
    ]),
  }
}

/** The staff, a row for each role; a file of staff to import has the same columns. */
export function staffSheet({ officers, units }: Organisation, t: T): Sheet {
  const rows = [...officers.values()].flatMap(officer => {
    const { name, title, email, active, grants } = officer
    const person = [name, title.en, title['zh-CN'], email]
    const standing = yesOrNo(active, t)
    if (grants.length === 0) return [[...person, undefined, undefined, standing]]
    return grants.map(({ role, unitId }) => {
      const unit = units.get(unitId)
      return [...person, t(`org.role.${role}`), unit && unitPath(unit, units, t.lang), standing]
    })
  })
  return {
    title: t('org.staff.title'),
    columns: [
      t('exchange.field.staff.name'),
      t('exchange.field.staff.title-en'),
      t('exchange.field.staff.title-zh'),
      t('exchange.field.staff.email'),
      t('exchange.field.staff.role'),
      t('exchange.field.staff.unit'),
      t('exchange.list.active'),
    ],
    rows: each(rows, row => row),
  }
}

const yesOrNo = (value: boolean, t: T) => t(value ? 'exchange.list.yes' : 'exchange.list.no')

async function* each<Row>(rows: readonly Row[], cells: (row: Row) => Cell[]): AsyncGenerator<Cell[]> {
  for (const row of rows) yield cells(row)
}
