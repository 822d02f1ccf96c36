import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { type LogLevel, logLevels } from './log.ts'

/** The settings of one process, read once at start from environment variables. */
export type Config = {
  /** Name or address to listen on. */
  readonly host: string
  /** TCP port to listen on; 0 picks a free one. */
  readonly port: number
  /** How people reach this server (`https://grm.example.org`, no path); unset: the address it listens on. */
  readonly baseUrl: string | undefined
  /** Absolute path of the folder that holds everything this installation keeps. */
  readonly dataDir: string
  /** The PostgreSQL to use; unset: the embedded one in the data directory. */
  readonly databaseUrl: string | undefined
  /** Absolute path of the file with the key that unlocks all the others. */
  readonly rootKeyFile: string
  /** Where e-mail goes; unset: `.eml` files in the data directory. */
  readonly smtpUrl: string | undefined
  readonly logLevel: LogLevel
}

/** One setting that cannot be used: its name, what is wrong with it, and a value that would do. */
export type ConfigFault = { readonly name: string; readonly problem: string; readonly example: string }

/** The environment holds settings that cannot be used; lists all of them. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(
      fault => `  ${fault.name} ${fault.problem}; for example ${fault.name}=${fault.example}`,
    )
    super(`the settings cannot be used:\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

const examples: Record<string, string> = {
  HOST: '0.0.0.0',
  PORT: '8080',
  BASE_URL: 'https://answers.example.org',
  DATA_DIR: './data',
  DATABASE_URL: 'postgres://answerable:password@db.example.org:5432/answerable',
  ROOT_KEY_FILE: '/etc/answerable/root.key',
  SMTP_URL: 'smtps://user:password@mail.example.org:465',
  LOG_LEVEL: 'info',
}

const schema = z.object({
  // Plain HTTP on every address is not for a newcomer's laptop, so the default answers this machine alone; a
  // container or a server behind a proxy on another machine says HOST=0.0.0.0.
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is not a host name or an address')
    .default('localhost'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port number from 0 to 65535')
    .transform(Number)
    .refine(port => port <= 65535, 'is not a port number from 0 to 65535')
    .default(8080),
  BASE_URL: z.string().superRefine(plainWebAddress).transform(withoutSlash).optional(),
  DATA_DIR: z.string().superRefine(folderIfThere).default('./data'),
  DATABASE_URL: address('postgres:', 'postgresql:').optional(),
  ROOT_KEY_FILE: z.string().superRefine(fileIfThere).optional(),
  SMTP_URL: address('smtp:', 'smtps:').optional(),
  LOG_LEVEL: z
    .string()
    .transform(level => level.toLowerCase())
    .pipe(z.enum(logLevels, { error: `is not one of ${logLevels.join(', ')}` }))
    .default('info'),
})

/**
 * Reads the settings from environment variables; one that is empty counts as unset.
 * @throws ConfigError that lists every setting that cannot be used.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given: Record<string, string> = {}
  for (const name of Object.keys(examples)) {
    const value = env[name]?.trim()
    if (value) given[name] = value
  }
  const read = schema.safeParse(given)
  if (!read.success) throw new ConfigError(read.error.issues.map(toFault))
  const values = read.data
  const dataDir = resolve(values.DATA_DIR)
  return {
    host: values.HOST,
    port: values.PORT,
    baseUrl: values.BASE_URL,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    rootKeyFile: values.ROOT_KEY_FILE ? resolve(values.ROOT_KEY_FILE) : join(dataDir, 'root.key'),
    smtpUrl: values.SMTP_URL,
    logLevel: values.LOG_LEVEL,
  }
}

function toFault(issue: z.core.$ZodIssue): ConfigFault {
  const name = String(issue.path[0])
  return { name, problem: issue.message, example: examples[name] ?? '' }
}

function address(...protocols: string[]) {
  const wanted = protocols.map(protocol => `${protocol}//`).join(' or ')
  return z.string().refine(value => {
    const url = URL.parse(value)
    // A PostgreSQL address may name its socket folder as ?host=/path and so have no host of its own.
    return (
      url !== null && protocols.includes(url.protocol) && (url.host !== '' || url.searchParams.has('host'))
    )
  }, `is not an address that starts with ${wanted}`)
}

function plainWebAddress(value: string, context: z.RefinementCtx) {
  const url = URL.parse(value)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.host === '') {
    context.addIssue('is not an address that starts with https:// or http://')
  } else if (url.pathname !== '/' || url.search || url.hash || url.username) {
    context.addIssue('must be a scheme and a host alone: no path, query or password')
  }
}

function withoutSlash(value: string): string {
  return URL.parse(value)?.origin ?? value
}

function folderIfThere(path: string, context: z.RefinementCtx) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && !found.isDirectory()) context.addIssue(`is ${resolve(path)}, which is a file, not a folder`)
}

function fileIfThere(path: string, context: z.RefinementCtx) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) context.addIssue(`is ${resolve(path)}, which is a folder, not a file`)
  const folder = dirname(resolve(path))
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    context.addIssue(`is in ${folder}, a folder that does not exist`)
  }
}
