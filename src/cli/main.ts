import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { ConfigError, describeFaults } from '../platform/config.ts'
import { DataDirectoryHeld } from '../platform/data-directory.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { parseArguments, UsageError } from './arguments.ts'
import { findCommand } from './commands.ts'
import { describeHeld } from './held.ts'
import { describeCommand, describeGroup, describeProgram } from './help.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Runs one command line. @returns the exit status: 0 done, 1 failed, 2 the line cannot be understood; a signal that ends
 * it makes it 128 and its number.
 */
export async function main(line: readonly string[], env: Env): Promise<number> {
  const t = translator(terminalLanguage(env))
  try {
    return await dispatch(line, env, t)
  } catch (error) {
    console.error(describe(error, t))
    return error instanceof UsageError ? 2 : 1
  }
}

async function dispatch(line: readonly string[], env: Env, t: T): Promise<number> {
  const found = findCommand(line)
  if (!found) return answerWithout(line, t)
  const { entry, rest } = found
  const { command } = await entry.load()
  if (asksForHelp(rest)) {
    console.log(describeCommand(entry, command, t))
    return 0
  }
  const call = { ...parseArguments(command, entry.name, rest, t), env, t, say: console.log }
  if (!command.handlesSignals) {
    // Through exit, so that an embedded PostgreSQL is asked to shut down with us.
    const stop = (signal: NodeJS.Signals) => {
      if (command.interrupted) console.error(`\n${t(command.interrupted)}`)
      process.exit(statusOf(signal))
    }
    for (const signal of stopping) process.once(signal, stop)
    try {
      return await command.run(call)
    } finally {
      for (const signal of stopping) process.off(signal, stop)
    }
  }
  return command.run(call)
}

const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const statusOf = (signal: NodeJS.Signals) => 128 + constants.signals[signal]

function answerWithout(line: readonly string[], t: T): number {
  const group = describeGroup(line[0] ?? '', t)
  if (asksForHelp(line)) console.log(group ?? describeProgram(t))
  else if (line[0] === '--version') console.log(version())
  else if (line.length === 0) throw new UsageError(`${describeProgram(t)}\n\n${t('cli.no-command')}`)
  else {
    const unknown = t('cli.unknown-command', { name: line.join(' ') })
    throw new UsageError(group ? `${unknown}\n\n${group}` : unknown)
  }
  return 0
}

function asksForHelp(line: readonly string[]): boolean {
  const end = line.indexOf('--')
  return line.slice(0, end === -1 ? undefined : end).some(word => word === '--help' || word === '-h')
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

/** The language of the terminal, by the variables that POSIX names and in their order; English unless it is Chinese. */
export function terminalLanguage(env: Env): Lang {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.startsWith('zh') ? 'zh-CN' : 'en'
}

// What the operator can mend is said in a sentence; anything else is a bug and keeps its stack.
function describe(error: unknown, t: T): string {
  if (error instanceof ConfigError) return describeFaults(error.faults, t)
  if (error instanceof DataDirectoryHeld) return describeHeld(error, t)
  if (!(error instanceof Error)) return String(error)
  // `syscall`: the system refused (no connection, no permission, no space); `severity`: PostgreSQL did.
  const mendable =
    error instanceof UsageError || error instanceof OperatorError || error.name === 'RootKeyUnusable'
  if (mendable || 'syscall' in error || 'severity' in error) return error.message || String(error)
  return `${t('cli.bug')}\n${error.stack ?? error.message}`
}
