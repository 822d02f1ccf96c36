import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes a folder and what is missing above it, readable by this user alone, and has it all on disk. */
export async function makeFolder(path: string): Promise<void> {
  const highest = await mkdir(path, { recursive: true, mode: 0o700 })
  if (highest === undefined) return
  // Each new name is an entry in the folder above it, and that is what has to reach the disk.
  for (let at = path; ; at = dirname(at)) {
    await flush(dirname(at))
    if (at === highest) return
  }
}

/** Gives a written file its final name; once this resolves, content and name survive a power cut. */
export async function settle(part: string, path: string): Promise<void> {
  await flush(part)
  await rename(part, path)
  await flush(dirname(path))
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Windows cannot flush a folder; there a rename is as durable as it gets.
    if (process.platform !== 'win32') throw error
  } finally {
    await handle.close()
  }
}
