import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

type Schema = Record<string, unknown>
type Content = Record<string, { schema: Schema }>
type Answer = { $ref?: string; headers?: Record<string, unknown>; content?: Content }
type Operation = {
  operationId: string
  parameters: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, Answer>
}
export type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> }
}

/** What a call is made of; everything else comes from the document. */
export type Sent = {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  /** A multipart form in place of a body. */
  form?: { payload: Buffer; headers: Record<string, string> } | undefined
  headers?: Record<string, string>
  token?: string | undefined
  /** Sent although the document forbids it, to see that it is refused. */
  wrong?: boolean
}

export type ApiClient = {
  document: Document
  /** The operations that were called with success. */
  done: Set<string>
  /** Whether the document has an operation take a body. */
  takes(id: string, body: unknown): boolean
  /** Calls an operation as the document says, and checks that the answer is one that it documents. */
  call(id: string, sent?: Sent): Promise<LightMyRequestResponse>
}

/** A client that knows of the interface only what its document says, and takes the document at its word. */
export async function apiClient(app: FastifyInstance, token: string, language = 'en'): Promise<ApiClient> {
  const document = (await app.inject({ url: '/api/v1/openapi.json' })).json() as Document
  const check = validatorOf(document)
  const found = new Map<string, { method: string; path: string; operation: Operation }>()
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods))
      found.set(operation.operationId, { method, path, operation })
  const done = new Set<string>()
  return {
    document,
    done,
    takes: (id, body) => {
      const wanted = found.get(id)?.operation.requestBody?.content['application/json']?.schema
      return wanted !== undefined && check.passes(wanted, body)
    },
    async call(id, sent = {}) {
      const { method, path, operation } = found.get(id) ?? {}
      if (!method || !path || !operation) throw new Error(`the document has no operation ${id}`)
      const wanted = operation.requestBody?.content['application/json']?.schema
      if (sent.body !== undefined && !sent.wrong) check.require(`${id} takes`, wanted ?? {}, sent.body)
      const query = sent.query ? `?${new URLSearchParams(sent.query)}` : ''
      const answer = await app.inject({
        method: method.toUpperCase() as 'GET',
        url: `/api/v1${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => sent.params?.[name] ?? '')}${query}`,
        headers: {
          authorization: `Bearer ${sent.token ?? token}`,
          'accept-language': language,
          ...(sent.form?.headers ?? (sent.body === undefined ? {} : { 'content-type': 'application/json' })),
          ...sent.headers,
        },
        ...(sent.form && { payload: sent.form.payload }),
        ...(sent.body !== undefined && { payload: JSON.stringify(sent.body) }),
      })
      checkAnswer(id, document, operation, answer, check)
      if (answer.statusCode < 300) done.add(id)
      return answer
    },
  }
}

type Check = {
  passes: (schema: Schema, value: unknown) => boolean
  require: (what: string, schema: Schema, value: unknown) => void
}

function checkAnswer(
  id: string,
  document: Document,
  { responses }: Operation,
  answer: LightMyRequestResponse,
  check: Check,
): void {
  const { statusCode, headers } = answer
  const named = responses[String(statusCode)]
  if (!named) throw new Error(`${id} answered ${statusCode}, which is not documented: ${answer.body}`)
  const documented = named.$ref ? document.components.responses[named.$ref.split('/').at(-1) ?? ''] : named
  const type = String(headers['content-type'] ?? '').split(';')[0] ?? ''
  const content = documented?.content ?? {}
  const schema = (content[type] ?? content['*/*'])?.schema
  const isEmpty = Object.keys(content).length === 0
  if (isEmpty !== (answer.body === '')) throw new Error(`${id} answered ${statusCode} with ${answer.body}`)
  if (isEmpty) return
  if (!schema) throw new Error(`${id} answered ${type}, which is not documented`)
  if (type.endsWith('json')) check.require(`${id} answers`, schema, answer.json())
}

/** Checks values against schemas of the document; in answers and requests alike, fields it does not name are faults. */
function validatorOf({ components }: Document): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'document', components: closed(components) as Schema })
  const compiled = new Map<Schema, ValidateFunction>()
  const validatorFor = (schema: Schema): ValidateFunction => {
    const validate = compiled.get(schema) ?? ajv.compile(rooted(closed(schema)) as Schema)
    compiled.set(schema, validate)
    return validate
  }
  return {
    passes: (schema, value) => validatorFor(schema)(value),
    require: (what, schema, value) => {
      const validate = validatorFor(schema)
      if (!validate(value))
        throw new Error(`${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value, undefined, 2)}`)
    },
  }
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([name, one]) => [name, closed(one)]))
  const isObject = typeof parts.properties === 'object' && parts.type === 'object'
  return isObject && !('additionalProperties' in parts) ? { ...parts, additionalProperties: false } : parts
}

function rooted(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'))
}
