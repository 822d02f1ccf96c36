import { connect } from 'node:net'
import type { Load, LoadResult, Sent } from './load.ts'

// The process that asks: it sends over keep-alive connections, each the next request as soon as its last was answered.
// Bare sockets, because a full HTTP client in here would take from the two cores what the server is measured with.

process.once('message', (load: Load) => {
  run(load).then(
    result => process.send?.({ result }, () => process.exit(0)),
    error => process.send?.({ error: String(error) }, () => process.exit(1)),
  )
})

async function run({ address, connections, requests, total, seconds }: Load): Promise<LoadResult> {
  const url = new URL(address)
  const wires = requests.map(request => toWire(request, url.host))
  const result: LoadResult = { seconds: 0, latencies: [], statuses: {}, bytes: 0 }
  let taken = 0
  const began = performance.now()
  const until = began + (seconds ?? Number.POSITIVE_INFINITY) * 1000
  const next = () => {
    if (taken >= (total ?? Number.POSITIVE_INFINITY) || performance.now() >= until) return undefined
    return wires[taken++ % wires.length]
  }
  await Promise.all(Array.from({ length: connections }, () => keepAsking(url, next, result)))
  result.seconds = (performance.now() - began) / 1000
  return result
}

function keepAsking(url: URL, next: () => Buffer | undefined, result: LoadResult): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname)
    socket.setNoDelay(true)
    let received: Buffer = Buffer.alloc(0)
    let sentAt = 0
    const ask = () => {
      const wire = next()
      if (!wire) {
        socket.end()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(wire)
    }
    socket.on('connect', ask)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const answer = readAnswer(received)
      if (!answer) return
      result.latencies.push(performance.now() - sentAt)
      result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1
      result.bytes += answer.length
      received = received.subarray(answer.length)
      ask()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed a connection')))
  })
}

function toWire({ method = 'GET', path, headers = {}, body = '' }: Sent, host: string): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`, 'accept-encoding: br, gzip']
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== '') lines.push(`content-length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** The status and length of a whole answer; undefined while some of it is still to come. */
function readAnswer(received: Buffer): { status: number; length: number } | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = received.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const bodyEnd = length === undefined ? chunksEnd(received, end + 4) : end + 4 + Number(length)
  return bodyEnd !== undefined && received.length >= bodyEnd ? { status, length: bodyEnd } : undefined
}

function chunksEnd(received: Buffer, from: number): number | undefined {
  for (let at = from; ; ) {
    const line = received.indexOf('\r\n', at)
    if (line === -1) return undefined
    const size = Number.parseInt(received.toString('latin1', at, line), 16)
    at = line + 2 + size + 2
    if (size === 0 || at > received.length) return at
  }
}
