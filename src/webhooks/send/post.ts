import http from 'node:http'
import https from 'node:https'
import { readRetryAfter } from '../rules/schedule.ts'
import { type Allowed, pinnedLookup, resolveSafely } from './address.ts'

/** What came of one request. Nothing of the answer's body is kept: it could be a page from inside. */
export type Answer = {
  /** The HTTP status; undefined where there was no answer. */
  status?: number
  /** What went wrong: `timeout`, `refused-address`, or the system's code such as `ECONNREFUSED`. */
  error?: string
  /** Seconds the receiver asks to be left alone for. */
  retryAfter?: number | undefined
  milliseconds: number
}

/** Where requests may go besides the public internet, and the clock that a Retry-After date is measured by. */
type Terms = { allowed: Allowed; now: () => Temporal.Instant }

const timeout = 15_000 // the specification: 15 to 30 s
const mostBytes = 64 * 1024

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 }),
}

/**
 * Posts JSON to an address that somebody gave us: only where requests may go, following no redirect, for 15 s at the
 * most, reading at most 64 KB of the answer. Never throws.
 */
export async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  terms: Terms,
): Promise<Answer> {
  const begun = performance.now()
  const signal = AbortSignal.timeout(timeout)
  const took = () => Math.round(performance.now() - begun)
  for (let again = false; ; again = true) {
    const reused = { socket: false }
    try {
      const answer = await send(url, headers, body, terms, signal, reused)
      return { ...answer, milliseconds: took() }
    } catch (error) {
      const { code, name } = error as { code?: string; name: string }
      // A connection that was kept and that the other side has closed meanwhile says nothing about the receiver.
      if (reused.socket && !again && code === 'ECONNRESET') continue
      const isLate = signal.aborted || name === 'AbortError' || name === 'TimeoutError'
      return { error: isLate ? 'timeout' : (code ?? 'failed'), milliseconds: took() }
    }
  }
}

async function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowed, now }: Terms,
  signal: AbortSignal,
  reused: { socket: boolean },
): Promise<Omit<Answer, 'milliseconds'>> {
  const secure = url.protocol === 'https:'
  const addresses = await Promise.race([resolveSafely(url.hostname, allowed, secure), aborted(signal)])
  return new Promise((resolve, reject) => {
    const { request } = secure ? https : http
    const asked = request(url, {
      method: 'POST',
      agent: agents[secure ? 'https:' : 'http:'],
      lookup: pinnedLookup(addresses),
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Answerable-Webhooks/1',
        ...headers,
      },
    })
    asked.once('error', error => {
      reused.socket = asked.reusedSocket
      reject(error)
    })
    asked.once('response', response => {
      const retryAfter = readRetryAfter(response.headers['retry-after'], now())
      const answer = { status: response.statusCode ?? 0, retryAfter }
      let read = 0
      // The status is the answer; the rest is only read so that the connection can be used again.
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read > mostBytes) response.destroy()
      })
      response.once('close', () => resolve(answer))
      response.once('error', () => resolve(answer))
    })
    asked.end(body)
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
