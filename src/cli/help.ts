import type { T } from '../platform/i18n/translator.ts'
import type { Command } from './command.ts'
import { commands, type Entry } from './commands.ts'

/** Help on the whole program: its commands, a line each. */
export function describeProgram(t: T): string {
  return [
    t('cli.about'),
    '',
    t('cli.usage'),
    t('cli.usage-line'),
    '',
    t('cli.commands'),
    ...table(commands.map(({ name, summary }) => [name, t(summary)])),
    '',
    t('cli.options'),
    ...table([
      ['--help', t('cli.option-help')],
      ['--version', t('cli.option-version')],
    ]),
    '',
    t('cli.more'),
  ].join('\n')
}

/** Help on commands that share their first word; undefined where none begins with it. */
export function describeGroup(word: string, t: T): string | undefined {
  const group = commands.filter(({ name }) => name.startsWith(`${word} `))
  if (group.length === 0) return undefined
  return [
    t('cli.commands'),
    ...table(group.map(({ name, summary }) => [name, t(summary)])),
    '',
    t('cli.more'),
  ].join('\n')
}

/** Help on one command: its arguments and options. */
export function describeCommand({ name, summary }: Entry, command: Command, t: T): string {
  const line = ['answerable', name, ...command.arguments.map(argument => argument.name), '[options]'].join(
    ' ',
  )
  const options = Object.entries(command.options).map(([option, { text, example }]) => [
    `--${option}${example === undefined ? '' : `=${example}`}`,
    t(text),
  ])
  const argumentLines = table(command.arguments.map(argument => [argument.name, t(argument.text)]))
  return [
    `${line}: ${t(summary)}`,
    ...(argumentLines.length > 0 ? ['', t('cli.arguments'), ...argumentLines] : []),
    '',
    t('cli.options'),
    ...table([...options, ['--help', t('cli.option-help')]]),
  ].join('\n')
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(0, ...rows.map(([name = '']) => name.length))
  return rows.map(([name = '', text = '']) => `  ${name.padEnd(width)}  ${text}`)
}
