import { type Query, q } from '../platform/database/query.ts'
import type { CategoryName } from './reads.ts'
import type { Run, RunReport, RunStatus } from './run.ts'

/** Writes local names of categories, new or changed. */
export function saveCategoryNames(
  tenant: number,
  names: readonly CategoryName[],
  now: Temporal.Instant,
): Query {
  const rows = names.map(({ name, category, kind }) => ({
    tenant_id: tenant,
    label: name,
    category,
    kind: kind ?? null,
    created_at: now,
  }))
  return q
    .insertInto('category_names')
    .values(rows)
    .onConflict(conflict =>
      conflict.columns(['tenant_id', 'label']).doUpdateSet(eb => ({
        category: eb.ref('excluded.category'),
        kind: eb.ref('excluded.kind'),
        created_at: eb.ref('excluded.created_at'),
      })),
    )
}

/** Writes a new import. */
export function insertRun(tenant: number, run: Run): Query {
  return q.insertInto('import_runs').values({
    tenant_id: tenant,
    id: run.id,
    kind: run.kind,
    file_label: run.fileName,
    staff_id: run.staffId,
    status: run.status,
    reading: JSON.stringify(run.reading),
    report: null,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
  })
}

/** What of an import changes. */
export type RunChange = {
  status?: RunStatus
  reading?: Run['reading']
  report?: RunReport | null
}

/** Changes an import that stands in one of some places, and gives its id where it did. */
export function changeRun(
  tenant: number,
  id: string,
  from: readonly RunStatus[],
  { status, reading, report }: RunChange,
  now: Temporal.Instant,
): Query<{ id: string }> {
  return q
    .updateTable('import_runs')
    .set({
      updated_at: now,
      ...(status && { status }),
      ...(reading && { reading: JSON.stringify(reading) }),
      ...(report !== undefined && { report: report === null ? null : JSON.stringify(report) }),
    })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('status', 'in', [...from])
    .returning('id')
}
