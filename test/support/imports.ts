import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addRun } from '../../src/exchange/actions/runs.ts'
import { makeRunFolder, runFolder } from '../../src/exchange/run.ts'
import { v7 } from '../../src/platform/uuid.ts'
import { actorOf } from './cases.ts'
import type { TestOffice } from './office.ts'

/** Has a town's administrator bring in a file of units, which is then gone. @returns the id of the import */
export async function bringFile(office: TestOffice): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'answerable-import-'))
  try {
    const id = v7()
    const folder = runFolder(dataDir, office.tenant.id, id)
    await makeRunFolder(folder)
    writeFileSync(folder.file, 'Name in English\nLamps crew\n')
    const administrator = await actorOf(office, office.staff.administrator)
    const run = { id, kind: 'units', fileName: 'units.csv', lang: 'en' } as const
    return await addRun(office, administrator, folder, run)
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}
