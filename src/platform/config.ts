import { statSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { TextKey } from './i18n/text-key.ts'
import { type T, translator } from './i18n/translator.ts'
import { type LogLevel, logLevels } from './log.ts'
import { OperatorError } from './operator-error.ts'

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
  /** Addresses or networks of proxies on other machines whose word on who asks is taken; this machine's always is. */
  readonly trustProxy: readonly string[]
  /** Addresses or networks besides the public internet that webhooks and connections may go to; none unless it says so. */
  readonly webhookAllowPrivate: readonly string[]
}

/** One setting that cannot be used: its name, the text that says what is wrong, and a value that would do. */
export type ConfigFault = {
  readonly name: string
  readonly problem: TextKey
  /** The path that was given, where it is one. */
  readonly path: string
  readonly example: string
}

/** The environment holds settings that cannot be used; lists all of them. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    super(describeFaults(faults, translator('en')))
    this.faults = faults
  }
}

/** The faults as the operator reads them, a line for each. */
export function describeFaults(faults: readonly ConfigFault[], t: T): string {
  const lines = faults.map(({ name, problem, path, example }) =>
    t('settings.fault', { name, problem: t(problem, { path }), example }),
  )
  return [t('settings.title'), ...lines].join('\n')
}

const examples = {
  HOST: '0.0.0.0',
  PORT: '8080',
  BASE_URL: 'https://answers.example.org',
  DATA_DIR: './data',
  DATABASE_URL: 'postgres://answerable:password@db.example.org:5432/answerable',
  ROOT_KEY_FILE: '/etc/answerable/root.key',
  SMTP_URL: 'smtps://user:password@mail.example.org:465',
  LOG_LEVEL: 'info',
  TRUST_PROXY: '10.0.0.5,10.0.1.0/24',
  WEBHOOK_ALLOW_PRIVATE: '10.0.0.7,10.1.0.0/16',
}

const schema = z.object({
  // Plain HTTP on every address is not for a newcomer's laptop, so the default answers this machine alone; a
  // container, or a server behind a proxy on another machine, says HOST=0.0.0.0.
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, says('settings.host'))
    .default('localhost'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, says('settings.port'))
    .transform(Number)
    .refine(port => port <= 65535, says('settings.port'))
    .default(8080),
  BASE_URL: z.string().superRefine(plainWebAddress).transform(withoutSlash).optional(),
  DATA_DIR: z.string().superRefine(folderIfThere).default('./data'),
  DATABASE_URL: address('settings.database', 'postgres:', 'postgresql:').optional(),
  ROOT_KEY_FILE: z.string().superRefine(fileIfThere).optional(),
  SMTP_URL: address('settings.mail', 'smtp:', 'smtps:').optional(),
  LOG_LEVEL: z
    .string()
    .transform(level => level.toLowerCase())
    .pipe(z.enum(logLevels, says('settings.log-level')))
    .default('info'),
  TRUST_PROXY: networks().default([]),
  WEBHOOK_ALLOW_PRIVATE: networks().default([]),
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
  if (!read.success) throw new ConfigError(read.error.issues.map(issue => toFault(issue, given)))
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
    trustProxy: values.TRUST_PROXY,
    webhookAllowPrivate: values.WEBHOOK_ALLOW_PRIVATE,
  }
}

// Zod's messages carry the key of the text.
function says(text: TextKey): TextKey {
  return text
}

function toFault(issue: z.core.$ZodIssue, given: Readonly<Record<string, string>>): ConfigFault {
  const name = String(issue.path[0]) as keyof typeof examples
  return {
    name,
    problem: issue.message as TextKey,
    path: resolve(given[name] ?? ''),
    example: examples[name],
  }
}

function address(text: TextKey, ...protocols: string[]) {
  return z.string().refine(value => {
    const url = URL.parse(value)
    // A PostgreSQL address may name its socket folder as ?host=/path and so have no host of its own.
    return (
      url !== null && protocols.includes(url.protocol) && (url.host !== '' || url.searchParams.has('host'))
    )
  }, says(text))
}

function networks() {
  return z
    .string()
    .transform(list => list.split(',').map(one => one.trim()))
    .refine(list => list.every(isNetwork), says('settings.networks'))
}

// An address, or a network as address and length of its prefix.
function isNetwork(text: string): boolean {
  const [address = '', length, more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more !== undefined) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128))
}

function plainWebAddress(value: string, context: z.RefinementCtx) {
  const url = URL.parse(value)
  if (!url || !['http:', 'https:'].includes(url.protocol)) context.addIssue(says('settings.web-address'))
  else if (url.pathname !== '/' || url.search || url.hash || url.username) {
    context.addIssue(says('settings.web-address-extra'))
  }
}

function withoutSlash(value: string): string {
  return URL.parse(value)?.origin ?? value
}

function folderIfThere(path: string, context: z.RefinementCtx) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && !found.isDirectory()) context.addIssue(says('settings.not-a-folder'))
}

function fileIfThere(path: string, context: z.RefinementCtx) {
  const folder = statSync(dirname(resolve(path)), { throwIfNoEntry: false })
  if (!folder?.isDirectory()) context.addIssue(says('settings.no-folder'))
  else if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    context.addIssue(says('settings.not-a-file'))
  }
}
