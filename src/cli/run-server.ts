import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../platform/config.ts'
import { holdDataDirectory } from '../platform/data-directory.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openDatabase } from '../platform/database/open-database.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Log } from '../platform/log.ts'
import { OperatorError } from '../platform/operator-error.ts'
import type { RootKey } from '../platform/sealing/keys.ts'
import { loadRootKey } from '../platform/sealing/root-key.ts'

/** What the web server is started with. */
export type ServerParts = {
  readonly config: Config
  readonly log: Log
  /** Address of the migrated database, as the owner of its tables. */
  readonly databaseUrl: string
  readonly rootKey: RootKey
  /** Load the demo town if the installation is empty. */
  readonly demo: boolean
  /** The language of the terminal, for what `say` is given. */
  readonly t: T
  /** Shows a line to whoever started the server. */
  say(line: string): void
}

/** A web server that answers. */
export type Server = {
  /** Where people reach it. */
  readonly address: string
  /** One-time link that sets the installation up; undefined once it has been used. */
  readonly setupLink?: string | undefined
  /** Lets the requests and jobs under way finish, then closes all connections. */
  stop(): Promise<void>
}

/** Starts the web server; rejects, with nothing left open, if it cannot. */
export type StartServer = (parts: ServerParts) => Promise<Server>

/** How a server is run. */
export type Run = Omit<ServerParts, 'databaseUrl' | 'rootKey'> & {
  /** Aborts when the server is to stop. */
  readonly stop: AbortSignal
  readonly startServer: StartServer
}

/** How long requests and jobs under way may take to finish, in milliseconds; less than the ten seconds of Docker. */
const patience = 7000

/**
 * Runs a server on the data directory of `config` until `stop` aborts. What was opened is closed in the opposite
 * order, PostgreSQL last, also where a later step fails or `stop` comes in between.
 */
export async function runServer(run: Run): Promise<void> {
  const opened = new AsyncDisposableStack()
  try {
    await serveUntilStopped(opened, run)
  } finally {
    await opened.disposeAsync()
  }
}

async function serveUntilStopped(
  opened: AsyncDisposableStack,
  { stop, startServer, ...parts }: Run,
): Promise<void> {
  const { config, log, say, t } = parts
  const hold = await holdDataDirectory(config.dataDir, 'serve')
  opened.defer(() => hold.release())

  const { key: rootKey, created } = loadRootKey(config.rootKeyFile)
  if (created) say(t('cli.serve.root-key-created', { path: config.rootKeyFile }))

  const database = await openDatabase(config, hold, log)
  opened.defer(() => database.close())
  if (stop.aborted) return

  await migrate(database.url, log)
  if (stop.aborted) return

  const server = await startServer({ ...parts, databaseUrl: database.url, rootKey }).catch(
    (error: unknown) => {
      if (!portInUse(error)) throw error
      throw new OperatorError(t('cli.serve.port-in-use', { host: config.host, port: config.port }))
    },
  )
  opened.defer(() => Promise.race([server.stop(), sleep(patience, undefined, { ref: false })]))
  if (stop.aborted) return

  hold.record({ address: server.address })
  say(describeStart(server, t))
  await once(stop, 'abort')
}

function describeStart({ address, setupLink }: Server, t: T): string {
  if (!setupLink) return t('cli.serve.address', { address })
  return t('cli.serve.address-and-setup', { address, setup: setupLink })
}

function portInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
