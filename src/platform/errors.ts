/** One fault of an input: the field it belongs to and the text key that says what is wrong and how to mend it. */
export type Fault = { field: string; text: string; values?: Record<string, string | number> }

/** The input cannot be taken as it is (HTTP 422). Carries every fault at once; what was typed stays with the caller. */
export class BadInput extends Error {
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(`bad input: ${faults.map(fault => `${fault.field}: ${fault.text}`).join('; ')}`)
    this.faults = faults
  }
}

/** This actor may not do this (HTTP 403). `reason` is a text key. */
export class NotAllowed extends Error {
  readonly reason: string
  constructor(reason = 'errors.not-allowed') {
    super(`not allowed: ${reason}`)
    this.reason = reason
  }
}

/** No such thing, or another tenant's: the answer is the same (HTTP 404). */
export class NotFound extends Error {
  constructor(what = 'row') {
    super(`not found: ${what}`)
  }
}

/** The thing has moved on since the reader looked, or the step is not possible now (HTTP 409). `reason` is a text key. */
export class Conflict extends Error {
  readonly reason: string
  readonly values: Record<string, string | number>
  constructor(reason: string, values: Record<string, string | number> = {}) {
    super(`conflict: ${reason}`)
    this.reason = reason
    this.values = values
  }
}
