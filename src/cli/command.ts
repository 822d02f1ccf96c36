import type { TextKey } from '../platform/i18n/text-key.ts'
import type { T } from '../platform/i18n/translator.ts'

/** An option of a command: `example` is there for those that take a value, and shows one. */
export type Option = { readonly text: TextKey; readonly example?: string }

/** A word after the name of a command; `name` is how help writes it. All are required. */
export type Argument = { readonly name: string; readonly text: TextKey }

/** One command: what it takes and what it does. */
export type Command = {
  readonly arguments: readonly Argument[]
  readonly options: Readonly<Record<string, Option>>
  /** True where `run` stops in good order itself; else an interrupt ends the process. */
  readonly handlesSignals?: boolean
  /** What is said where an interrupt ends it. */
  readonly interrupted?: TextKey
  /** @returns the exit status: 0 done, 1 not. */
  run(call: Call): Promise<number>
}

/** What a command is called with. */
export type Call = {
  readonly arguments: readonly string[]
  /** The options given: their value, or true for one that takes none. */
  readonly options: Readonly<Record<string, string | true>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The language of the terminal. */
  readonly t: T
  /** Writes a line to standard output. */
  say(line: string): void
}

/** The value of an option that takes one, or undefined where it was not given. */
export function givenValue(call: Call, option: string): string | undefined {
  const value = call.options[option]
  return value === true ? undefined : value
}
