import http from 'node:http'
import https from 'node:https'
import { type Allowed, pinnedLookup, resolveSafely } from './address.ts'
import { readRetryAfter } from './retry-after.ts'

/** What is asked of an address that somebody gave us. */
export type Asked = {
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body?: string | Buffer
  /** Most bytes of the answer that are wanted. Without it none is kept: it could be a page from inside. */
  keep?: number
}

/** What came of one request. */
export type Answer = {
  /** The HTTP status; undefined where there was no answer. */
  status?: number
  /** What went wrong: `timeout`, `refused-address`, `too-large`, or the system's code such as `ECONNREFUSED`. */
  error?: string
  /** Seconds the other side asks to be left alone for. */
  retryAfter?: number | undefined
  /** What it said, where that was wanted. */
  body?: string
  milliseconds: number
}

/** Where requests may go besides the public internet, and the clock that a Retry-After date is measured by. */
export type Terms = { allowed: Allowed; now: () => Temporal.Instant }

const timeout = 15_000 // Standard Webhooks: 15 to 30 s
const mostUnkept = 64 * 1024

const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 }),
}

/**
 * Asks an address that somebody gave us: only where requests may go, following no redirect, for 15 s at the most,
 * reading no more of the answer than is wanted. Never throws.
 */
export async function ask(url: URL, asked: Asked, terms: Terms): Promise<Answer> {
  const begun = performance.now()
  const signal = AbortSignal.timeout(timeout)
  const took = () => Math.round(performance.now() - begun)
  for (let again = false; ; again = true) {
    const reused = { socket: false }
    try {
      const answer = await send(url, asked, terms, signal, reused)
      return { ...answer, milliseconds: took() }
    } catch (error) {
      const { code, name } = error as { code?: string; name: string }
      // A connection that was kept and that the other side has closed meanwhile says nothing about it.
      if (reused.socket && !again && code === 'ECONNRESET') continue
      const isLate = signal.aborted || name === 'AbortError' || name === 'TimeoutError'
      return { error: isLate ? 'timeout' : (code ?? 'failed'), milliseconds: took() }
    }
  }
}

async function send(
  url: URL,
  { method, headers, body = '', keep }: Asked,
  { allowed, now }: Terms,
  signal: AbortSignal,
  reused: { socket: boolean },
): Promise<Omit<Answer, 'milliseconds'>> {
  const secure = url.protocol === 'https:'
  const addresses = await Promise.race([resolveSafely(url.hostname, allowed, secure), aborted(signal)])
  return new Promise((resolve, reject) => {
    const { request } = secure ? https : http
    const sent = request(url, {
      method,
      agent: agents[secure ? 'https:' : 'http:'],
      lookup: pinnedLookup(addresses),
      signal,
      headers: { ...(method === 'POST' && { 'content-length': Buffer.byteLength(body) }), ...headers },
    })
    sent.once('error', error => {
      reused.socket = sent.reusedSocket
      reject(error)
    })
    sent.once('response', response => {
      const retryAfter = readRetryAfter(response.headers['retry-after'], now())
      const answer = { status: response.statusCode ?? 0, retryAfter }
      const chunks: Buffer[] = []
      let read = 0
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read > (keep ?? mostUnkept)) response.destroy()
        else if (keep !== undefined) chunks.push(chunk)
      })
      // Where only the status is wanted, the rest is read so that the connection can be used again.
      const end = () => {
        if (keep === undefined) resolve(answer)
        else if (read > keep) resolve({ error: 'too-large' })
        else if (response.complete) resolve({ ...answer, body: Buffer.concat(chunks).toString() })
        else resolve({ error: signal.aborted ? 'timeout' : 'cut-off' })
      }
      response.once('close', end)
      response.once('error', end)
    })
    sent.end(body)
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
