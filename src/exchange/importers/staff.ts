import { normalEmail } from '../../identity/reads.ts'
import { addStaffAndRoles, type StaffToAdd } from '../../org/actions/add-many.ts'
import type { OrgActor, StaffInput } from '../../org/actions.ts'
import { type Role, roles } from '../../org/may.ts'
import { type Organisation, readOrganisation } from '../../org/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { languages } from '../../platform/i18n/languages.ts'
import { translator } from '../../platform/i18n/translator.ts'
import { isOneAddress } from '../../platform/mail/message.ts'
import type { Office } from '../../platform/office.ts'
import { v7 } from '../../platform/uuid.ts'
import type { RowFault } from '../read-row.ts'
import type { TableMapping } from '../table-mapping.ts'
import { compared } from '../values.ts'
import type { FieldReader, Importer, RefusedRow, Row, Taken } from './importer.ts'
import { unitsByName } from './units-by-name.ts'

type StaffRow = {
  row: Row
  name: string
  email: string
  title: StaffInput['title']
  role: Role | undefined
  unit: string
}

type Context = { office: Office; actor: OrgActor; mapping: TableMapping; dryRun: boolean }

/** A role by its code or by what it is called in either language. */
const rolesByName: ReadonlyMap<string, Role> = new Map(
  roles.flatMap(role => [
    [role as string, role] as const,
    ...languages.map(lang => [compared(translator(lang)(`org.role.${role}`)), role] as const),
  ]),
)

/**
 * Staff, told apart by e-mail address: one row adds somebody, further rows of theirs add roles. Who is here keeps name
 * and post as they are. Nobody gets a password: each is invited from their own page.
 */
export function staffImporter(
  { office, actor, mapping, dryRun }: Context,
  fields: FieldReader,
): Importer<StaffRow> {
  const columnOf = (field: string) => mapping.columns[field] ?? field
  const imagined: { staff: StaffToAdd['staff'][number][]; grants: StaffToAdd['grants'][number][] } = {
    staff: [],
    grants: [],
  }
  return {
    batch: 500,
    read(row) {
      const get = fields(row)
      const faults: RowFault[] = []
      const [name, email, given] = [get('name'), normalEmail(get('email')), get('role')]
      const role = rolesByName.get(compared(given))
      if (!name) faults.push({ column: columnOf('name'), text: 'exchange.row.no-name' })
      if ([...name].length > 100) faults.push({ column: columnOf('name'), text: 'exchange.row.name-long' })
      if (!isOneAddress(email))
        faults.push({ column: columnOf('email'), text: 'exchange.row.email', values: { value: email } })
      if (given && !role) {
        const values = { value: given, known: roles.join(', ') }
        faults.push({ column: columnOf('role'), text: 'exchange.row.role', values })
      }
      if (faults.length > 0) return { faults }
      const [en, zh] = [get('title-en'), get('title-zh')]
      const title = { ...(en && { en }), ...(zh && { 'zh-CN': zh }) }
      return { item: { row, name, email, title, role, unit: get('unit') } }
    },
    async write(rows) {
      const choose = (organisation: Organisation) => {
        const { staff, grants, ...result } = chooseStaff(organisation, imagined, rows, columnOf)
        return { staff, grants, result: { ...result, staff, grants } }
      }
      const { pool, tenant } = office
      const chosen = dryRun
        ? choose(await inSnapshot(pool, tenant.id, readOrganisation)).result
        : await addStaffAndRoles(office, actor, choose)
      if (dryRun) {
        imagined.staff.push(...chosen.staff)
        imagined.grants.push(...chosen.grants)
      }
      return chosen.taken
    },
  }
}

/** Who has to be added for these rows, and which roles, given who is here; pure but for new ids. */
function chooseStaff(
  { units, officers }: Organisation,
  imagined: StaffToAdd,
  rows: readonly StaffRow[],
  columnOf: (field: string) => string,
): StaffToAdd & { taken: Taken } {
  const index = unitsByName([...units.values()].filter(unit => unit.active))
  const root = [...units.values()].find(unit => unit.parentId === null && unit.intake)
  const byEmail = new Map([...officers.values()].map(one => [one.email, { id: one.id, active: one.active }]))
  for (const one of imagined.staff) byEmail.set(one.email, { id: one.id, active: true })
  const held = new Set([
    ...[...officers.values()].flatMap(({ id, grants }) =>
      grants.map(one => grantKey({ staffId: id, ...one })),
    ),
    ...imagined.grants.map(grantKey),
  ])
  const staff: StaffToAdd['staff'][number][] = []
  const grants: StaffToAdd['grants'][number][] = []
  const refused: RefusedRow[] = []
  let known = 0
  for (const { row, role, unit: place, ...person } of rows) {
    const unit = place === '' ? root : index.find(place)
    if (unit === undefined || unit === 'none' || unit === 'several') {
      const text = unit === 'several' ? 'exchange.row.several-units' : 'exchange.row.unit'
      refused.push({ row, faults: [{ column: columnOf('unit'), text, values: { value: place } }] })
      continue
    }
    const here = byEmail.get(person.email)
    if (here && !here.active) {
      const values = { value: person.email }
      refused.push({ row, faults: [{ column: columnOf('email'), text: 'exchange.row.staff-ended', values }] })
      continue
    }
    const id = here?.id ?? v7()
    const grant = role && { staffId: id, unitId: unit.id, role }
    const isNew = grant !== undefined && !held.has(grantKey(grant))
    if (here && !isNew) known++
    if (!here) {
      staff.push({ id, ...person, accountId: null, grants: [] })
      byEmail.set(person.email, { id, active: true })
    }
    if (grant && isNew) {
      grants.push(grant)
      held.add(grantKey(grant))
    }
  }
  return { staff, grants, taken: { imported: rows.length - known - refused.length, known, refused } }
}

const grantKey = ({ staffId, unitId, role }: { staffId: string; unitId: string; role: Role }) =>
  `${staffId} ${unitId} ${role}`
