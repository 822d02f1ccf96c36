import { change } from '../../org/actions.ts'
import { type Actor, may } from '../../org/may.ts'
import { inTransaction } from '../../platform/database/tx.ts'
import { BadInput, Conflict, NotAllowed } from '../../platform/errors.ts'
import type { Lang } from '../../platform/i18n/languages.ts'
import type { Office } from '../../platform/office.ts'
import { type Job, perform } from '../../platform/perform.ts'
import { inspectFile } from '../inspect-file.ts'
import { exchangeActions } from '../permissions.ts'
import { firstReading, readingAfter, readingFaults, type Said } from '../reading.ts'
import type { Run, RunFolder, RunReport, RunStatus } from '../run.ts'
import { changeRun, insertRun } from '../store.ts'

/** What a job of an import is told. */
export type RunPayload = { tenant: number; id: string; step: 'check' | 'run' }

/**
 * Takes in a file that lies in its folder; nothing comes of it before its columns are said. @throws NotAllowed, and
 * BadInput where it is no table or has no row
 */
export async function addRun(
  office: Office,
  actor: Actor,
  folder: RunFolder,
  {
    mapping,
    lang,
    ...run
  }: Pick<Run, 'id' | 'kind' | 'fileName'> & { mapping?: string | undefined; lang: Lang },
): Promise<string> {
  requireImporter(actor)
  const seen = await inspectFile(folder.file, run.kind, { lang })
  if (seen.fault) throw new BadInput([seen.fault])
  return perform(office, { kind: 'staff', id: actor.staffId }, async (tx, now) => {
    const row: Run = {
      ...run,
      reading: firstReading(seen, mapping, lang),
      staffId: actor.staffId,
      status: 'mapping',
      report: undefined,
      createdAt: now,
      updatedAt: now,
    }
    await tx.run(insertRun(tx.tenant, row))
    return { result: run.id, changes: [] }
  })
}

/**
 * Says how a file is read, anew, and has it checked if that is wanted; what was found out before counts no more.
 * @throws NotAllowed, Conflict, and BadInput for what a check cannot do without
 */
export async function readAnew(
  office: Office,
  actor: Actor,
  run: Run,
  said: Said,
  check: boolean,
): Promise<void> {
  requireImporter(actor)
  const reading = readingAfter(run, said)
  const faults = check ? readingFaults(run.kind, reading) : []
  if (faults.length > 0) throw new BadInput(faults)
  const change = { status: check ? 'checking' : 'mapping', report: null, reading } as const
  const jobs = check ? [job(office, run.id, 'check')] : []
  await move(office, actor, run.id, ['mapping', 'checked', 'failed'], change, jobs)
}

/** Begins an import that was checked. @throws NotAllowed, Conflict where it was not, or goes on already */
export async function beginRun(office: Office, actor: Actor, run: Run): Promise<void> {
  await change(office, actor, exchangeActions.importFiles, async (tx, now) => {
    const started = changeRun(tx.tenant, run.id, ['checked'], { status: 'running', report: null }, now)
    if (!(await tx.first(started))) throw new Conflict('exchange.import.moved-on')
    return {
      result: undefined,
      events: [{ type: 'exchange.import-begun', data: { run: run.id, kind: run.kind } }],
      writes: [],
      jobs: [job(office, run.id, 'run')],
    }
  })
}

/** Gives an import up; one that goes on stops after the rows it is writing. What it wrote stays. @throws NotAllowed */
export async function discardRun(office: Office, actor: Actor, id: string): Promise<void> {
  requireImporter(actor)
  const all = ['mapping', 'checking', 'checked', 'running', 'done', 'failed'] as const
  await move(office, actor, id, all, { status: 'discarded' })
}

/** Tells how far an import has come. @returns whether it is to go on */
export async function noteProgress(
  { pool, tenant, clock }: Office,
  id: string,
  report: RunReport,
): Promise<boolean> {
  const noted = changeRun(tenant.id, id, ['checking', 'running'], { report }, clock.now())
  return inTransaction(pool, tenant.id, async tx => (await tx.first(noted)) !== undefined)
}

/** Ends a check or an import that could not be finished, with why. */
export async function endRun(
  { pool, tenant, clock }: Office,
  id: string,
  status: 'checked' | 'failed',
  report: RunReport,
): Promise<void> {
  const ended = changeRun(tenant.id, id, ['checking', 'running'], { status, report }, clock.now())
  await inTransaction(pool, tenant.id, tx => tx.run(ended))
}

async function move(
  office: Office,
  { staffId }: Actor,
  id: string,
  from: readonly RunStatus[],
  to: Parameters<typeof changeRun>[3],
  jobs: readonly Job[] = [],
): Promise<void> {
  await perform(office, { kind: 'staff', id: staffId }, async (tx, now) => {
    if (!(await tx.first(changeRun(tx.tenant, id, from, to, now))))
      throw new Conflict('exchange.import.moved-on')
    return { result: undefined, changes: [], jobs }
  })
}

// One import at a time in a tenant: two would wait for the same rows.
function job({ tenant }: Office, id: string, step: RunPayload['step']): Job {
  const payload: RunPayload = { tenant: tenant.id, id, step }
  return { task: 'run-import', payload, key: `import-${id}`, queue: `import-${tenant.id}` }
}

/** @throws NotAllowed where somebody may not bring files in. */
export function requireImporter(actor: Actor): void {
  if (!may(actor, exchangeActions.importFiles, { unitPath: [] }))
    throw new NotAllowed('org.administrators-only')
}
