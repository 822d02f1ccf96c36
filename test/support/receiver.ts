import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

/** A program that is told of events: a real HTTP server, which keeps what it got and answers as it is told to. */
export type Receiver = {
  url: string
  got: { headers: IncomingHttpHeaders; body: string }[]
  /** What it answers from now on. */
  answer: { status: number; headers?: Record<string, string> }
}

/** Starts a receiver on this machine for the calling test file. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', got: [], answer: { status: 204 } }
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      receiver.got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      reply.writeHead(receiver.answer.status, receiver.answer.headers).end()
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return receiver
}
