import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import type { T } from '../platform/i18n/translator.ts'
import { type List, list } from './document.ts'

/** An error as Open311 tells it: its HTTP status and one entry for each fault. */
export type Told = { status: number; errors: List }

/** Nothing is behind this address, or this town is not the jurisdiction asked for. `text` is a text key. */
export class Unknown extends NotFound {
  readonly text: string
  readonly values: Record<string, string>
  constructor(text: string, values: Record<string, string> = {}) {
    super(text)
    this.text = text
    this.values = values
  }
}

/**
 * Tells any error: 404 for what does not exist, 403 for the key, 400 for everything else that the sender can mend.
 * Faults of ours, and that there were too many requests, keep their own status, so that a client knows to come again.
 * Source: GeoReport v2, "Errors".
 */
export function tell(t: T, error: unknown): Told {
  const one = (status: number, description: string): Told => ({
    status,
    errors: entries(status, [description]),
  })
  if (error instanceof BadInput)
    return {
      status: 400,
      errors: entries(
        400,
        error.faults.map(({ text, values }) => t.stored(text, values)),
      ),
    }
  if (error instanceof Unknown) return one(404, t.stored(error.text, error.values))
  if (error instanceof NotFound) return one(404, t('open311.fault.not-found'))
  if (error instanceof NotAllowed) return one(403, t.stored(error.reason))
  if (error instanceof Conflict) return one(400, t.stored(error.reason, error.values))
  const status = statusOf(error)
  if (status === 429) return one(429, t('open311.fault.too-many'))
  if (status === 503) return one(503, t('open311.fault.busy'))
  if (status === 413) return one(400, t('open311.fault.too-large'))
  if (status < 500) return one(400, t('open311.fault.request'))
  return one(500, t('open311.fault.bug'))
}

function entries(code: number, descriptions: readonly string[]): List {
  return list(
    'error',
    descriptions.map(description => ({ code, description })),
  )
}

// The database is restarting, out of connections or not reachable.
const databaseAway = /^(57P0[1-3]|53300|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE)$/

function statusOf(error: unknown): number {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown }
  if (typeof statusCode === 'number') return statusCode
  return typeof code === 'string' && databaseAway.test(code) ? 503 : 500
}
