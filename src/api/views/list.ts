import { z } from 'zod'
import { countedTo, tabs } from '../../cases/queue/counts.ts'
import type { QueuePage } from '../../cases/queue/reads.ts'
import type { Match } from '../../cases/queue/scan.ts'
import { findPack } from '../../packs/reads.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { instant, kind, officerRef, status, term, termOfCategory, unitRef, written } from './common.ts'

/** A case as lists show it. */
const caseSummary = z
  .object({
    number: z.string(),
    url: z.string(),
    subject: z.string().nullable(),
    kind,
    category: term,
    status,
    unit: unitRef,
    owner: officerRef.nullable(),
    filedAt: instant,
    due: z
      .object({
        kind: z.string(),
        at: instant,
        provisional: z.boolean(),
        paused: z.boolean(),
        late: z.boolean(),
      })
      .nullable()
      .meta({ description: 'api.field.list.due' }),
  })
  .meta({ id: 'CaseSummary' })

/** A page of a list of cases. */
export const caseListSchema = z
  .object({
    cases: z.array(caseSummary),
    next: z.string().nullable().meta({ description: 'api.field.list.next' }),
    previous: z.string().nullable(),
    partial: z.boolean().meta({ description: 'api.field.list.partial' }),
    counts: z
      .object(Object.fromEntries(tabs.map(tab => [tab, z.int().max(countedTo + 1)])))
      .meta({ description: 'api.field.list.counts' }),
  })
  .meta({ id: 'CaseList' })

/** A row of a list. */
export function viewMatch(
  t: T,
  row: Match,
  { organisation }: QueuePage,
  now: Temporal.Instant,
): z.input<typeof caseSummary> {
  const pack = findPack(`${row.pack_id}@${row.pack_version}`)
  const owner = organisation.officers.get(row.owner_id ?? '')
  return {
    number: row.number,
    url: `/api/v1/cases/${row.number}`,
    subject: row.subject,
    kind: row.kind as z.input<typeof kind>,
    category: termOfCategory(t, pack, row.category),
    status: row.status as z.input<typeof status>,
    unit: { id: row.unit_id, name: organisation.units.get(row.unit_id)?.name[t.lang] ?? '' },
    owner: owner
      ? { id: owner.id, name: [owner.name, owner.title[t.lang]].filter(Boolean).join(' · ') }
      : null,
    filedAt: written(row.filed_at),
    due: row.due_at && {
      kind: row.due_kind ?? '',
      at: written(row.due_at),
      provisional: row.due_provisional,
      paused: row.paused,
      // A due time is kept within its whole last second.
      late: !row.paused && now.epochMilliseconds >= row.due_at.epochMilliseconds + 1000,
    },
  }
}
