import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { acceptUpload } from './accept-upload.ts'
import { newFolder, pdf } from './fixtures/documents.ts'
import { deleteFiles } from './storage.ts'
import { sweepFiles } from './sweep.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'sweep-'))
afterAll(() => rm(dataDir, { recursive: true }))

const upload = async (tenant: number) => {
  const folder = newFolder(dataDir, tenant)
  await acceptUpload(folder, { stream: Readable.from([pdf()]), name: 'a.pdf' }, { maxBytes: 1e6 })
  return folder
}
const now = Temporal.Now.instant()
const later = now.add({ hours: 25 })

test('files that no case and no draft owns are removed after a day; those of cases and other tenants stay', async () => {
  const [mine, orphan, other] = [await upload(1), await upload(1), await upload(2)]
  const known = async (ids: string[]) => new Set(ids.filter(id => id === mine.caseId))
  expect(await sweepFiles(dataDir, 1, now, known)).toEqual({ folders: 0, unfinished: 0 })
  expect(await sweepFiles(dataDir, 1, later, known)).toEqual({ folders: 1, unfinished: 0 })
  expect(await readdir(mine.path)).toHaveLength(1)
  expect(await readdir(other.path)).toHaveLength(1)
  await expect(readdir(orphan.path)).rejects.toThrow('ENOENT')
})

test('what a crash left unfinished is removed after a day, also from cases that live', async () => {
  const folder = await upload(3)
  await writeFile(join(folder.path, `${folder.caseId}.part`), 'half')
  const known = async (ids: string[]) => new Set(ids)
  expect(await sweepFiles(dataDir, 3, now, known)).toEqual({ folders: 0, unfinished: 0 })
  expect(await sweepFiles(dataDir, 3, later, known)).toEqual({ folders: 0, unfinished: 1 })
  expect(await readdir(folder.path)).toHaveLength(1)
})

test('a tenant without files is swept without fault, and a case is forgotten whole', async () => {
  expect(await sweepFiles(dataDir, 99, later, async () => new Set())).toEqual({ folders: 0, unfinished: 0 })
  const folder = await upload(4)
  await deleteFiles(dataDir, 4, folder.caseId)
  await expect(readdir(folder.path)).rejects.toThrow('ENOENT')
})
