import { OperatorError } from '../operator-error.ts'

/** Sealed bytes that do not open: altered, cut short, moved from their place, or sealed under another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

/** A root key file that cannot be used as it is; the message says what to do about it. */
export class RootKeyUnusable extends OperatorError {
  override readonly name = 'RootKeyUnusable'
}
