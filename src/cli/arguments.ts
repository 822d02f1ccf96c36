import { parseArgs } from 'node:util'
import type { T } from '../platform/i18n/translator.ts'
import type { Call, Command } from './command.ts'

/** The line cannot be understood; the message says why and how it should be. Exit status 2. */
export class UsageError extends Error {}

type Parsed = Pick<Call, 'arguments' | 'options'>

/** Reads the arguments of a command. @throws UsageError in the language of `t`. */
export function parseArguments(command: Command, name: string, line: readonly string[], t: T): Parsed {
  const { tokens } = parseArgs({
    args: [...line],
    options: Object.fromEntries(
      Object.entries(command.options).map(([option, { example }]) => [
        option,
        { type: example === undefined ? 'boolean' : 'string' } as const,
      ]),
    ),
    allowPositionals: true,
    strict: false, // the messages are ours, in the reader's language
    tokens: true,
  })
  const values: string[] = []
  const options: Record<string, string | true> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') values.push(token.value)
    if (token.kind !== 'option') continue
    const known = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined
    const option = token.rawName
    if (!known) throw new UsageError(t('cli.unknown-option', { command: name, option }))
    if (known.example === undefined) {
      if (token.value !== undefined) throw new UsageError(t('cli.option-takes-no-value', { option }))
      options[token.name] = true
    } else {
      // "--name --email x" is a forgotten name, not a name that begins with dashes.
      if (!token.value || (!token.inlineValue && token.value.startsWith('-'))) {
        throw new UsageError(t('cli.option-needs-value', { option, example: known.example }))
      }
      options[token.name] = token.value
    }
  }
  checkCount(command, name, values, t)
  return { arguments: values, options }
}

function checkCount(command: Command, name: string, values: readonly string[], t: T) {
  const usage = ['answerable', name, ...command.arguments.map(argument => argument.name)].join(' ')
  const missing = command.arguments[values.length]
  if (missing) throw new UsageError(t('cli.missing-argument', { argument: missing.name, usage }))
  const extra = values[command.arguments.length]
  if (extra !== undefined) throw new UsageError(t('cli.extra-argument', { value: extra, usage }))
}
