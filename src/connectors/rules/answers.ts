import type { Answer } from '../../platform/http-client/ask.ts'

/** Why nothing goes over a connection now: what went wrong, and for how many seconds the other side wants to be left alone. */
export type Failure = { fault: string; retryAfter?: number | undefined; status?: number | undefined }

/** What the other side answered: a list, a refusal of what was asked in its own words, or a failure. */
export type Told = { items: readonly unknown[] } | { refused: string; status: number } | { failure: Failure }

/**
 * Reads an answer. What the other side says in the way of Open311 is wrong with one request is a refusal of that request;
 * everything else is wrong with the connection: its key, its address, or the other side itself.
 */
export function readAnswer({ status, error, body, retryAfter }: Answer): Told {
  if (status === undefined) return { failure: { fault: error ?? 'failed' } }
  if (status === 401 || status === 403) return { failure: { fault: 'key', status } }
  const json = parse(body ?? '')
  if (status >= 200 && status < 300) {
    const items = listOf(json)
    return items ? { items } : { failure: { fault: 'not-json', status } }
  }
  const said = status >= 400 && status < 500 && status !== 429 ? errorsOf(json) : ''
  if (said !== '') return { refused: said, status }
  if ([400, 413, 422].includes(status)) return { refused: `HTTP ${status}`, status }
  return { failure: { fault: `http-${status}`, retryAfter, status } }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The list in an answer; some servers wrap it in an object, as XML has it. */
function listOf(json: unknown): readonly unknown[] | undefined {
  if (Array.isArray(json)) return json
  if (typeof json !== 'object' || json === null) return undefined
  return Object.values(json).find(value => Array.isArray(value))
}

/** What is wrong, in the words of the other side. */
function errorsOf(json: unknown): string {
  const descriptions = (listOf(json) ?? []).map(one => textOf((one as Record<string, unknown>)?.description))
  return descriptions.filter(text => text !== '').join(' ')
}

/** A value as text, whatever JSON type it came as; empty for none. */
export function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value.trim() : ''
}

/** Most characters that are kept of what another server says is wrong. */
const longestFault = 300
/** So many characters in a row in common are no chance. */
const quoted = 16

/**
 * What the other side refused, fit to be shown to an administrator, who may not read the case: what it quotes of the case
 * is left out, and it is cut to a length that fits a table.
 */
export function withoutQuotes(fault: string, sent: string): string {
  let kept = ''
  for (let at = 0; at < fault.length; ) {
    let length = quoted
    if (at + length <= fault.length && sent.includes(fault.slice(at, at + length))) {
      while (at + length < fault.length && sent.includes(fault.slice(at, at + length + 1))) length++
      kept += '…'
      at += length
    } else kept += fault[at++]
  }
  return kept.length <= longestFault ? kept : `${kept.slice(0, longestFault - 1)}…`
}
