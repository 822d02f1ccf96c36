import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { scopes } from '../access/rules.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Operation } from './operation.ts'
import { operations } from './operations.ts'
import { type ProblemCode, problemSchema, problems } from './problem.ts'
import { tags } from './tags.ts'

type Schema = Record<string, unknown>

const text = (description: string) => ({ description, schema: { type: 'string' } })

/** The document of the interface (OpenAPI 3.1), in one language; made once from the table of operations. */
export function openApiDocument(t: T): object {
  const known = documents.get(t.lang)
  if (known) return known
  const document = makeDocument(t)
  documents.set(t.lang, document)
  return document
}

const documents = new Map<Lang, object>()

const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version

// A token without the scope gets the status of `forbidden`; a method that is not there is no operation.
const answered = (Object.keys(problems) as ProblemCode[]).filter(
  code => code !== 'no-scope' && code !== 'method',
)

function makeDocument(t: T): object {
  const schemas: Record<string, Schema> = {}
  const paths: Record<string, Record<string, object>> = {}
  for (const one of operations) {
    paths[one.path] = { ...paths[one.path], [one.method]: describeOperation(t, one, schemas) }
  }
  schemaOf(t, problemSchema, 'output', schemas)
  return {
    openapi: '3.1.0',
    info: {
      title: t('api.title'),
      version,
      description: t('api.intro'),
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: '/api/v1' }],
    tags: tags.map(name => ({ name, description: t(`api.tag.${name}`) })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: t('api.security.token', { scopes: scopes.join(', ') }),
        },
        receipt: {
          type: 'apiKey',
          in: 'header',
          name: 'Receipt-Code',
          description: t('api.security.receipt'),
        },
      },
      responses: Object.fromEntries(
        answered.map(code => [
          code,
          {
            description: t(`api.problem.${code}`),
            ...(code === 'too-many' && { headers: { 'Retry-After': text(t('api.header.retry-after')) } }),
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        ]),
      ),
    },
  }
}

function describeOperation(t: T, one: Operation, schemas: Record<string, Schema>): object {
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: t.stored(`api.op.${one.id}`),
    description: describeTerms(t, one),
    security: [{ token: one.scope ? [one.scope] : [], ...(one.who === 'resident' && { receipt: [] }) }],
    parameters: parametersOf(t, one, schemas),
    ...bodyOf(t, one, schemas),
    responses: responsesOf(t, one, schemas),
  }
}

/** What holds for an operation besides its schemas. */
export function describeTerms(t: T, one: Operation): string {
  const terms = [
    t(`api.who.${one.who}`),
    ...(one.scope ? [t('api.scope', { scope: one.scope })] : []),
    ...(one.repeat === 'each' ? [t('api.each')] : []),
    ...(one.maySlip ? [t('api.slip')] : []),
  ]
  // Chinese has no space after a full stop.
  return terms.join(t.lang === 'zh-CN' ? '' : ' ')
}

type Parameter = { name: string; in: string; required: boolean; schema: unknown; description?: string }

function parametersOf(t: T, one: Operation, schemas: Record<string, Schema>): Parameter[] {
  const ofObject = (schema: z.ZodObject | undefined, place: 'path' | 'query'): Parameter[] => {
    if (!schema) return []
    const { properties = {}, required = [] } = schemaOf(t, schema, 'input', schemas) as {
      properties?: Record<string, Schema>
      required?: string[]
    }
    return Object.entries(properties).map(([name, { description, ...rest }]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: rest,
      ...(typeof description === 'string' && { description }),
    }))
  }
  const header = (name: string, description: string): Parameter => ({
    name,
    in: 'header',
    required: false,
    schema: { type: 'string' },
    description,
  })
  return [
    ...ofObject(one.params, 'path'),
    ...ofObject(one.query, 'query'),
    ...(one.repeat === 'once' ? [header('Idempotency-Key', t('api.header.key'))] : []),
    ...(one.versioned && one.method !== 'get' ? [header('If-Match', t('api.header.if-match'))] : []),
    ...(one.versioned && one.method === 'get'
      ? [header('If-None-Match', t('api.header.if-none-match'))]
      : []),
  ]
}

function bodyOf(t: T, one: Operation, schemas: Record<string, Schema>): object {
  if (one.upload) {
    const { part, about, many, fields } = one.upload
    const file = { type: 'string', format: 'binary' }
    const { properties = {}, required = [] } = fields
      ? (schemaOf(t, fields, 'input', schemas) as {
          properties?: Record<string, Schema>
          required?: string[]
        })
      : {}
    const taken = many ? { type: 'array', minItems: 1, items: file } : file
    const schema = {
      type: 'object',
      properties: { ...properties, [part]: { ...taken, description: t.stored(about) } },
      required: [...required, part],
    }
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } }
  }
  if (!one.body) return {}
  const schema = schemaOf(t, one.body, 'input', schemas)
  return { requestBody: { required: true, content: { 'application/json': { schema } } } }
}

function responsesOf(t: T, one: Operation, schemas: Record<string, Schema>): Record<string, object> {
  const headers = {
    RateLimit: text(t('api.header.rate-limit')),
    'RateLimit-Policy': text(t('api.header.rate-limit-policy')),
    ...(one.versioned && { ETag: text(t('api.header.etag')) }),
    ...(one.paged && { Link: text(t('api.header.link')) }),
    ...(one.status === 201 && { Location: text(t('api.header.location')) }),
    ...(one.repeat === 'once' && { 'Idempotency-Replayed': text(t('api.header.replayed')) }),
  }
  const content = one.file
    ? Object.fromEntries(one.file.map(type => [type, { schema: { type: 'string', format: 'binary' } }]))
    : one.result && { 'application/json': { schema: schemaOf(t, one.result, 'output', schemas) } }
  const done = { description: t.stored(`api.op.${one.id}`), headers, ...(content && { content }) }
  const problem = (code: ProblemCode) => ({ $ref: `#/components/responses/${code}` })
  const codes: ProblemCode[] = [
    ...(one.params || one.who === 'resident' ? (['not-found'] as const) : []),
    ...(one.body || one.query || one.repeat === 'once' || one.upload ? (['input'] as const) : []),
    ...(one.body ? (['unreadable', 'media-type', 'too-large'] as const) : []),
    ...(one.upload ? (['media-type', 'too-large'] as const) : []),
    ...(one.method === 'get' ? [] : (['conflict'] as const)),
    ...(one.versioned && one.method !== 'get' ? (['moved-on'] as const) : []),
  ]
  return {
    [one.status]: done,
    ...(one.maySlip && { 204: { description: t('api.slip') } }),
    ...(one.versioned &&
      one.method === 'get' && { 304: { description: t('api.unchanged'), headers: { ETag: headers.ETag } } }),
    401: problem('no-token'),
    403: problem('forbidden'),
    429: problem('too-many'),
    500: problem('fault'),
    503: problem('busy'),
    ...Object.fromEntries(codes.map(code => [problems[code], problem(code)])),
  }
}

/**
 * A schema as the document has it. Those with a name go to the document's own list, once; what is answered may have
 * more fields one day, so that nothing there forbids them.
 */
function schemaOf(t: T, schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, Schema>): Schema {
  const {
    $schema: _,
    $defs = {},
    ...made
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema & {
    $defs?: Record<string, Schema>
  }
  const tidy = (value: unknown) => tidySchema(t, value, io)
  for (const [name, one] of Object.entries($defs)) schemas[name] ??= tidy(one) as Schema
  const { id } = schema.meta() ?? {}
  if (!id) return tidy(made) as Schema
  schemas[id] ??= tidy(made) as Schema
  return { $ref: `#/components/schemas/${id}` }
}

function tidySchema(t: T, value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map(one => tidySchema(t, one, io))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (name === 'id' && typeof one === 'string' && 'type' in value) return []
    if (name === '$ref') return [[name, String(one).replace('#/$defs/', '#/components/schemas/')]]
    if (name === 'description' && typeof one === 'string') return [[name, t.stored(one)]]
    if (name === 'additionalProperties' && io === 'output' && one === false) return []
    return [[name, tidySchema(t, one, io)]]
  })
  return Object.fromEntries(entries)
}
