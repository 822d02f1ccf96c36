import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Actor, may } from '../org/may.ts'
import { findActorById } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, NotAllowed } from '../platform/errors.ts'
import type { Parts } from '../platform/http/parts.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Office } from '../platform/office.ts'
import { importFile } from './actions/import-file.ts'
import { recordImport } from './actions/record-import.ts'
import { endRun, noteProgress, type RunPayload } from './actions/runs.ts'
import { exchangeActions } from './permissions.ts'
import { findRun, listOldRuns } from './reads.ts'
import { type Run, type RunFolder, removeRunFolder, runFolder } from './run.ts'
import { mappingOf } from './run-mapping.ts'
import { changeRun } from './store.ts'

/** How often the record of an import is told how far it has come, in milliseconds. */
const toldEvery = 1_000
/** Days for which the file of an import that nobody goes on with is kept, and that of its refused rows. */
const keptDays = 7

// Somebody gave the import up.
class Stopped extends Error {}

/** Background work of imports: to check and to run them, and to forget their files. */
export function exchangeJobs(parts: Parts): Jobs {
  const { offices, config } = parts
  return {
    tasks: {
      // Run again after a crash it begins at the first row, and passes over what is here.
      'run-import': async payload => {
        const { tenant, id, step } = payload as RunPayload
        const office = await offices.forTenant(tenant)
        const run = await inSnapshot(office.pool, tenant, tx => findRun(tx, id))
        if (run?.status !== (step === 'check' ? 'checking' : 'running')) return
        const folder = runFolder(config.dataDir, tenant, id)
        try {
          await work(office, run, folder, step)
        } catch (error) {
          if (error instanceof Stopped) return
          const fault = faultOf(error)
          if (!fault) throw error
          await endRun(office, id, 'failed', { fault })
        }
      },
      'forget-imports': async () => {
        for (const office of await offices.all()) {
          const { pool, tenant, clock } = office
          const before = clock.now().subtract({ hours: 24 * keptDays })
          const old = await inSnapshot(pool, tenant.id, tx => listOldRuns(tx, before))
          for (const { id } of old) removeRunFolder(runFolder(config.dataDir, tenant.id, id))
        }
      },
    },
    daily: ['forget-imports'],
  }
}

async function work(office: Office, run: Run, folder: RunFolder, step: RunPayload['step']): Promise<void> {
  const { id, reading, staffId } = run
  const actor = await importerOf(office, staffId)
  const begun = performance.now()
  let told = begun
  rmSync(folder.rejected, { force: true })
  const mapping = mappingOf(office, run)
  const done = await importFile(office, mapping, folder.file, {
    t: translator(reading.lang),
    actor,
    dryRun: step === 'check',
    createUnits: reading.createUnits,
    rejectedPath: folder.rejected,
    batchSize: 50,
    progress: async progress => {
      // Whoever waits for a page comes first.
      await sleep(5)
      if (performance.now() - told < toldEvery) return
      told = performance.now()
      if (!(await noteProgress(office, id, { progress }))) throw new Stopped()
    },
  })
  const report = { done, seconds: Math.round((performance.now() - begun) / 100) / 10 }
  if (step === 'check') return endRun(office, id, 'checked', report)
  const ended = changeRun(office.tenant.id, id, ['running'], { status: 'done', report }, office.clock.now())
  await recordImport(office, { kind: 'staff', id: staffId }, mapping, done, [ended])
  // What was brought in is here now; only what was refused is still of use.
  rmSync(folder.file, { force: true })
}

/** Who brought a file, with what they may do now. */
async function importerOf({ pool, tenant }: Office, staffId: string): Promise<Actor> {
  const actor = await inSnapshot(pool, tenant.id, tx => findActorById(tx, staffId))
  if (!actor || !may(actor, exchangeActions.importFiles, { unitPath: [] }))
    throw new NotAllowed('org.administrators-only')
  return actor
}

/** Why an import cannot go on, where that is not the machine's passing trouble. */
function faultOf(error: unknown): { text: string; values?: Record<string, string | number> } | undefined {
  if (error instanceof BadInput) {
    const [fault] = error.faults
    return { text: fault?.text ?? 'exchange.import.failed', ...(fault?.values && { values: fault.values }) }
  }
  if (error instanceof NotAllowed) return { text: error.reason }
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { text: 'exchange.file.gone' } : undefined
}
