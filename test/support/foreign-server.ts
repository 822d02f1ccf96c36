import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

/** An Open311 server of another make, with as little as the standard lets it have, on a real port. */
export type ForeignServer = {
  endpoint: string
  services: Record<string, unknown>[]
  requests: Record<string, unknown>[]
  updates: Record<string, unknown>[]
  /** What was posted to it, in order. */
  posted: { resource: string; form: URLSearchParams; headers: IncomingMessage['headers'] }[]
  /** What was asked of it, in order. */
  asked: URL[]
  /** What it is able to do. */
  can: { updates: boolean; pages: boolean; changes: boolean }
  /** What it answers instead of what it would, from now on. */
  instead: { status: number; body?: string; headers?: Record<string, string> } | undefined
  /** Takes what is posted, and breaks off without an answer. */
  loseAnswers: boolean
}

/** Starts such a server for the calling test file. */
export async function foreignServer(): Promise<ForeignServer> {
  const server: ForeignServer = {
    endpoint: '',
    services: [
      { service_code: 'pothole', service_name: 'Pothole', group: 'Streets', metadata: false },
      { service_code: 'lamp', service_name: 'Street lamp', group: 'Streets', metadata: false },
    ],
    requests: [],
    updates: [],
    posted: [],
    asked: [],
    can: { updates: true, pages: true, changes: true },
    instead: undefined,
    loseAnswers: false,
  }
  const http = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => answer(server, request, reply, Buffer.concat(chunks).toString()))
  })
  await new Promise<void>(done => http.listen(0, '127.0.0.1', done))
  afterAll(() => {
    http.closeAllConnections()
    http.close()
  })
  server.endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v2`
  return server
}

function answer(server: ForeignServer, request: IncomingMessage, reply: ServerResponse, body: string): void {
  const url = new URL(request.url ?? '/', server.endpoint)
  server.asked.push(url)
  const { instead } = server
  if (instead) {
    reply.writeHead(instead.status, instead.headers).end(instead.body ?? '')
    return
  }
  const resource = /^[/]v2[/](.+)[.]json$/.exec(url.pathname)?.[1] ?? ''
  const isPost = request.method === 'POST'
  const [status, json] = isPost ? post(server, resource, body, request.headers) : list(server, resource, url)
  if (isPost && server.loseAnswers) reply.destroy()
  else reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
}

type Answer = [status: number, json: unknown]
const refuse = (code: number, description: string): Answer => [code, [{ code, description }]]

function post(
  server: ForeignServer,
  resource: string,
  body: string,
  headers: IncomingMessage['headers'],
): Answer {
  const form = new URLSearchParams(body)
  const description = form.get('description') ?? ''
  if (resource === 'servicerequestupdates' && !server.can.updates) return refuse(404, 'No such resource.')
  if (/refuse this/.test(description)) return refuse(400, `description is not nice: ${description}`)
  server.posted.push({ resource, form, headers })
  if (resource !== 'requests') return [200, [{ update_id: server.posted.length }]]
  const id = 1000 + server.requests.length
  const now = '2026-03-02T01:00:00Z'
  server.requests.push({
    service_request_id: id,
    service_code: form.get('service_code'),
    description,
    requested_datetime: now,
    updated_datetime: now,
  })
  return [200, [{ service_request_id: id, service_notice: 'Code: 1234' }]]
}

function list(server: ForeignServer, resource: string, { searchParams: query }: URL): Answer {
  if (query.has('updated_after') && !server.can.changes) return refuse(400, 'updated_after is not known.')
  const lists: Record<string, unknown[] | undefined> = {
    services: server.services,
    requests: server.requests,
    servicerequestupdates: server.can.updates ? server.updates : undefined,
  }
  const items = lists[resource]
  if (!items) return refuse(404, 'No such resource.')
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('page_size') ?? 50)]
  return [200, server.can.pages ? items.slice((page - 1) * size, page * size) : items.slice(0, 50)]
}
