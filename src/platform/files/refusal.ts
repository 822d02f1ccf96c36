import type { TextKey } from '../i18n/text-key.ts'

/** An upload that was not taken: why, as a text key with its values, and what its sender called it. */
export type Refusal = {
  readonly refused: Extract<TextKey, `files.refused.${string}`>
  readonly values: Readonly<Record<string, string | number>>
  readonly name: string
}

/** Whether an upload was refused. */
export const isRefusal = (result: object): result is Refusal => 'refused' in result

/** Thrown while a file is looked at, and turned into a `Refusal` by whoever knows the file's name. */
export class Unacceptable extends Error {
  readonly why: Reason
  readonly values: Readonly<Record<string, string | number>>
  constructor(why: Reason, values: Readonly<Record<string, string | number>> = {}) {
    super(`upload refused: ${why}`)
    this.why = why
    this.values = values
  }
}

/** Why an upload is not taken. */
export type Reason = Refusal['refused'] extends `files.refused.${infer R}` ? R : never
