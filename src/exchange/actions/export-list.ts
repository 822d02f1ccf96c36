import type { Readable } from 'node:stream'
import { parseQueueQuery, type QueueQuery } from '../../cases/queue/forms.ts'
import { readCalendar } from '../../obligations/reads.ts'
import { recordOnOrganisation } from '../../org/actions.ts'
import { type Action, type Actor, may } from '../../org/may.ts'
import { orgActions } from '../../org/permissions.ts'
import { readOrganisation } from '../../org/reads.ts'
import { packOf } from '../../packs/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotAllowed } from '../../platform/errors.ts'
import type { T } from '../../platform/i18n/translator.ts'
import type { Json } from '../../platform/json.ts'
import type { Office } from '../../platform/office.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { calendarSheet } from '../lists/calendar.ts'
import { casesSheet } from '../lists/cases.ts'
import { staffSheet, unitsSheet } from '../lists/organisation.ts'
import type { Format, ListName } from '../rules.ts'
import type { Cell, Sheet } from '../sheets/cell.ts'
import { writeCsv } from '../sheets/write-csv.ts'
import { writeXlsx } from '../sheets/write-xlsx.ts'

/** Who takes a list away: a member of staff, or whoever runs the installation, on the command line. */
export type Exporter = Actor | 'operator'

/** Which list, in which form. `query` is an address's, as the queue reads it; only cases have one. */
export type ExportWanted = { list: ListName; format: Format; query?: unknown }

const needed: Record<Exclude<ListName, 'cases'>, Action> = {
  units: orgActions.manageUnits,
  staff: orgActions.manageStaff,
  calendar: orgActions.manageCalendars,
}

/**
 * A list as a file, in the reader's language, written as it is read. Cases are those that the queue shows this reader.
 * Before its last bytes the organisation's record says who took which list away, and how many rows; a file that could
 * not be recorded is cut short. @throws NotAllowed
 */
export async function exportList(
  office: Office,
  by: Exporter,
  wanted: ExportWanted,
  t: T,
  counted: (rows: number) => void = () => {},
): Promise<Readable> {
  const { list, format } = wanted
  const actor = by === 'operator' ? await operatorOf(office) : by
  if (list !== 'cases' && by !== 'operator' && !may(actor, needed[list], { unitPath: [] }))
    throw new NotAllowed('org.administrators-only')
  const query = list === 'cases' ? parseQueueQuery(wanted.query ?? {}, actor) : undefined
  const sheet = query ? casesSheet(office, actor, query, t) : await organisationSheet(office, list, t)
  const rows = recorded(sheet, async (rows, complete) => {
    counted(rows)
    const author =
      by === 'operator'
        ? ({ kind: 'system', name: 'export' } as const)
        : ({ kind: 'staff', id: by.staffId } as const)
    await recordOnOrganisation(office, author, exported(wanted, query, rows, complete))
  })
  return (format === 'xlsx' ? writeXlsx : writeCsv)({ ...sheet, rows })
}

async function organisationSheet(office: Office, list: ListName, t: T): Promise<Sheet> {
  const { pool, tenant } = office
  if (list === 'calendar')
    return calendarSheet(
      await inSnapshot(pool, tenant.id, tx => readCalendar(tx, packOf(tenant).calendar)),
      t,
    )
  const organisation = await inSnapshot(pool, tenant.id, readOrganisation)
  return list === 'units' ? unitsSheet(organisation, t) : staffSheet(organisation, t)
}

/** Counts the rows of a list, and tells at its end, or where whoever takes it stops. */
async function* recorded(
  { rows }: Sheet,
  tell: (rows: number, complete: boolean) => Promise<void>,
): AsyncGenerator<readonly Cell[]> {
  let count = 0
  let complete = false
  try {
    for await (const row of rows) {
      count++
      yield row
    }
    complete = true
  } finally {
    await tell(count, complete)
  }
}

function exported(
  { list, format }: ExportWanted,
  query: QueueQuery | undefined,
  rows: number,
  complete: boolean,
): NewEvent {
  const { words, from: _, ...filters } = query ?? {}
  // What somebody searched for may say more than a code does.
  const asked = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Json
  return {
    type: 'exchange.exported',
    data: { list, format, rows, complete, ...(query && { query: asked }) },
    ...(words !== undefined && { sealed: { words } }),
  }
}

/** Whoever runs the installation reads its database anyway: on the command line they see what oversight sees. */
async function operatorOf({ pool, tenant }: Office): Promise<Actor> {
  const { units } = await inSnapshot(pool, tenant.id, readOrganisation)
  const grants = [...units.values()]
    .filter(unit => unit.parentId === null)
    .map(unit => ({ role: 'auditor' as const, unitId: unit.id, unitPath: unit.path }))
  return { staffId: '00000000-0000-0000-0000-000000000000', name: 'operator', grants }
}
