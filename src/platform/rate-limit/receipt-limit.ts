import { networkOf } from './address.ts'
import { createLimit } from './limit.ts'
import { allowance, backOff } from './rules.ts'

/** Guards the code of a receipt against being guessed, for cases that exist and for ones that do not alike. */
export type ReceiptLimit = {
  /**
   * Counts an attempt by an address at a case number, whether it is a person's or a program's that stands for many;
   * milliseconds to wait first, 0 when the code may be looked at.
   */
  attempt(address: string, caseNumber: string, now: Temporal.Instant, by?: 'person' | 'program'): number
  /** The code was right: its holder's earlier mistakes are forgotten. */
  succeeded(address: string, caseNumber: string): void
}

const second = 1000
const hour = 3600 * second

/**
 * Three limits in one, for pages and programs together, so that who comes by both has no more tries. By address, generous,
 * since a village may share one behind its carrier's network; a program has the limit of its token instead. By address
 * and receipt, with waits that double up to an hour. By receipt alone, for guesses from many addresses: one a second,
 * no slower, because a stranger must never be able to shut residents out of their own case, and at one a second a
 * code of 16 digits is still found only after some 150 million years.
 */
export function createReceiptLimit(): ReceiptLimit {
  const byAddress = createLimit(allowance({ burst: 60, everyMs: 3 * second }))
  const byBoth = createLimit(backOff({ free: 5, firstMs: 30 * second, longestMs: hour, forgetMs: 24 * hour }))
  const byReceipt = createLimit(allowance({ burst: 300, everyMs: second }))
  return {
    attempt(address, caseNumber, now, by = 'person') {
      const network = networkOf(address)
      // The first to refuse ends it: an attempt not made must not count as a failure further down.
      return (
        (by === 'person' && byAddress.attempt(network, now)) ||
        byBoth.attempt(`${network} ${caseNumber}`, now) ||
        byReceipt.attempt(caseNumber, now)
      )
    },
    succeeded(address, caseNumber) {
      byBoth.forgive(`${networkOf(address)} ${caseNumber}`)
      byReceipt.forgive(caseNumber)
    },
  }
}
