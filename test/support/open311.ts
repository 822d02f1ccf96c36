import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { addToken } from '../../src/access/actions.ts'
import type { Scope } from '../../src/access/reads.ts'
import type { Office } from '../../src/platform/office.ts'

/** A program that speaks Open311 to the whole application, as its own connection would. */
export type Open311Client = {
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  /** Posts a form; `pairs` may repeat a name. */
  post(
    path: string,
    pairs: Record<string, string> | [string, string][],
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  /** Posts a form of several parts; a part with content is a file. */
  postParts(path: string, parts: readonly Part[]): Promise<LightMyRequestResponse>
}

export type Part = { name: string; value?: string; filename?: string; content?: Buffer }

/** A client of the interface; `base` is the endpoint as it was configured. */
export function open311Client(app: FastifyInstance, base = '/open311/v2/'): Open311Client {
  return {
    get: (path, headers = {}) => app.inject({ url: base + path, headers }),
    post: (path, pairs, headers = {}) =>
      app.inject({
        method: 'POST',
        url: base + path,
        payload: new URLSearchParams(pairs).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
      }),
    postParts: (path, parts) => {
      const boundary = `----client${crypto.randomUUID()}`
      const payload = Buffer.concat([
        ...parts.map(({ name, value, filename, content }) =>
          Buffer.concat([
            Buffer.from(
              `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${
                content ? `; filename="${filename}"\r\nContent-Type: application/octet-stream` : ''
              }\r\n\r\n`,
            ),
            content ?? Buffer.from(value ?? ''),
            Buffer.from('\r\n'),
          ]),
        ),
        Buffer.from(`--${boundary}--\r\n`),
      ])
      const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
      return app.inject({ method: 'POST', url: base + path, payload, headers })
    },
  }
}

/** Makes a key with these scopes. */
export async function open311Key(
  office: Office,
  more: { scopes?: Scope[]; staffId?: string; limitPerMinute?: number } = {},
): Promise<string> {
  const { scopes = ['open311'], ...rest } = more
  const { token } = await addToken(office, 'set-up', { name: 'A program', scopes, ...rest })
  return token
}

const lists = new Set([
  'endpoint',
  'format',
  'service',
  'attribute',
  'value',
  'request',
  'request_update',
  'error',
])
const parser = new XMLParser({
  ignoreDeclaration: true,
  parseTagValue: false,
  isArray: name => lists.has(name),
  processEntities: true,
  htmlEntities: true,
  trimValues: false,
})

/** The outermost element of a document, by a parser that is not ours; every text stays a text, an empty one too. */
export function parseXml(body: string): { root: string; node: Record<string, unknown> } {
  const valid = XMLValidator.validate(body)
  if (valid !== true) throw new Error(`not XML: ${JSON.stringify(valid)} in ${body}`)
  const [[root, node] = ['', {}]] = Object.entries(parser.parse(body))
  return { root, node: (node === '' ? {} : node) as Record<string, unknown> }
}
