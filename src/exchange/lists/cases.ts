import type { QueueQuery } from '../../cases/queue/forms.ts'
import { type QueueRows, readQueue } from '../../cases/queue/reads.ts'
import type { Actor } from '../../org/may.ts'
import { findCategory } from '../../packs/rules.ts'
import type { ObligationKind } from '../../packs/schema.ts'
import type { T } from '../../platform/i18n/translator.ts'
import type { Office } from '../../platform/office.ts'
import type { Cell, Sheet } from '../sheets/cell.ts'

/** A list of cases as the queue shows it to this reader: the same rows in the same order, and nothing that it does not show. */
export function casesSheet(office: Office, actor: Actor, query: QueueQuery, t: T): Sheet {
  return {
    title: t(`staff.queue.title.${query.tab}`),
    columns: [
      t('staff.queue.column.case'),
      t('exchange.list.subject'),
      t('exchange.list.owed'),
      t('staff.queue.due'),
      t('exchange.list.clock'),
      t('staff.queue.status'),
      t('staff.queue.column.owner'),
      t('staff.queue.unit'),
      t('staff.queue.category'),
      t('staff.queue.kind'),
      t('staff.queue.column.filed'),
    ],
    rows: rowsOf(office, actor, query, t),
  }
}

async function* rowsOf(office: Office, actor: Actor, query: QueueQuery, t: T): AsyncGenerator<Cell[]> {
  for await (const part of readQueue(office, actor, query))
    for (const row of part.rows) yield cellsOf(office, part, row, t)
}

type Row = QueueRows['rows'][number]

function cellsOf({ tenant, clock }: Office, { organisation, packs }: QueueRows, row: Row, t: T): Cell[] {
  const { lang } = t
  const { pack } = packs.get(`${row.pack_id}@${row.pack_version}`) ?? {}
  const local = (at: Temporal.Instant) => at.toZonedDateTimeISO(tenant.timeZone).toPlainDateTime()
  return [
    row.number,
    row.subject ?? t('staff.queue.gone'),
    row.due_kind ? t(`cases.deadline.${row.due_kind as ObligationKind}`) : t('staff.queue.nothing-owed'),
    row.due_at ? local(row.due_at) : undefined,
    clockOf(row, clock.now(), t),
    t.stored(`cases.status.${row.status}`),
    organisation.officers.get(row.owner_id ?? '')?.name,
    organisation.units.get(row.unit_id)?.name[lang],
    pack && findCategory(pack, row.category)?.name[lang],
    pack?.kinds.find(kind => kind.code === row.kind)?.name[lang],
    local(row.filed_at),
  ]
}

/** How the clock of what is owed next stands; a due time is kept within its whole last second. */
function clockOf(row: Row, now: Temporal.Instant, t: T): string | undefined {
  if (!row.due_at) return undefined
  if (row.paused) return t('exchange.list.clock.paused')
  const late = Temporal.Instant.compare(row.due_at, now.subtract({ milliseconds: 999 })) < 0
  return t(late ? 'exchange.list.clock.late' : 'exchange.list.clock.running')
}
