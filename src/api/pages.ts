import { details } from '../ui/content/callouts.ts'
import { card, summaryList } from '../ui/content/summary-list.ts'
import { table } from '../ui/content/table.ts'
import { type Content, type Html, html } from '../ui/html.ts'
import type { Page } from '../ui/layout.ts'
import type { PageContext } from '../ui/page-context.ts'
import { describeTerms, openApiDocument } from './open-api.ts'
import type { Operation } from './operation.ts'
import { operations } from './operations.ts'
import { type ProblemCode, problems } from './problem.ts'
import { tags } from './tags.ts'

type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  format?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  additionalProperties?: Schema | boolean
}
type Described = {
  parameters: { name: string; in: string; required: boolean; schema: Schema; description?: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}
type Known = { ctx: PageContext; schemas: Readonly<Record<string, Schema>> }

/** The page of the interface for people: the document, made readable. */
export function referencePage(ctx: PageContext): Page {
  const { t } = ctx
  const document = openApiDocument(t) as {
    paths: Record<string, Record<string, Described>>
    components: { schemas: Record<string, Schema> }
  }
  const known: Known = { ctx, schemas: document.components.schemas }
  return {
    title: t('api.title'),
    main: html`<h1 class="govuk-heading-l">${t('api.title')}</h1>
<p class="govuk-body">${t('api.intro')}</p>
<p class="govuk-body"><a class="govuk-link" href="/api/v1/openapi.json">${t('api.page.document')}</a></p>
<h2 class="govuk-heading-m">${t('api.page.start')}</h2>
<p class="govuk-body">${t('api.page.start.token')}</p>
<pre class="govuk-body app-typed"><code>answerable token add "My program" --scope cases:read,cases:write --staff officer@example.org</code></pre>
<p class="govuk-body">${t('api.page.start.call')}</p>
<pre class="govuk-body app-typed"><code>curl -H "Authorization: Bearer ans_…" /api/v1/me</code></pre>
<h2 class="govuk-heading-m">${t('api.page.terms')}</h2>
<ul class="govuk-list govuk-list--bullet">${[
      t('api.page.terms.language'),
      t('api.page.terms.once'),
      t('api.page.terms.version'),
      t('api.page.terms.actions'),
      t('api.page.terms.pages'),
      t('api.page.terms.rate'),
    ].map(text => html`<li>${text}</li>`)}</ul>
<h2 class="govuk-heading-m">${t('api.page.contents')}</h2>
<ul class="govuk-list">${[
      ...tags.map(tag => ({ id: tag as string, text: t(`api.tag.${tag}`) })),
      { id: 'types', text: t('api.page.types') },
      { id: 'problems', text: t('api.page.problems') },
    ].map(({ id, text }) => html`<li><a class="govuk-link" href="#${id}">${text}</a></li>`)}</ul>
${tags.map(tag => {
  const these = operations.filter(one => one.tag === tag)
  return html`<h2 class="govuk-heading-m" id="${tag}">${t(`api.tag.${tag}`)}</h2>${these.map(one =>
    section(known, one, document.paths[one.path]?.[one.method]),
  )}`
})}
${types(known)}
${problemTable(ctx)}`,
  }
}

function section(known: Known, one: Operation, described: Described | undefined): Html {
  const { t } = known.ctx
  const { parameters = [], requestBody, responses = {} } = described ?? {}
  const form = requestBody?.content['multipart/form-data']?.schema
  const sent = form ?? requestBody?.content['application/json']?.schema
  const answer = responses[one.status]?.content?.['application/json']?.schema
  const parts: Content[] = [
    parameters.length > 0 &&
      details({
        summary: t('api.page.parameters'),
        content: fields(
          known,
          parameters.map(({ name, required, schema, description }) => ({
            name,
            required,
            schema: { ...schema, ...(description && { description }) },
          })),
        ),
      }),
    form && html`<p class="govuk-body">${t('api.page.multipart')}</p>`,
    sent && details({ summary: t('api.page.sends'), content: fields(known, fieldsOf(known, sent)) }),
    answer &&
      details({ summary: t('api.page.answers'), content: fields(known, answered(fieldsOf(known, answer))) }),
    one.file && html`<p class="govuk-body">${t('api.page.file')}</p>`,
  ]
  return html`<div id="${one.id}">${card({
    title: t.stored(`api.op.${one.id}`),
    content: html`<p class="govuk-body"><code>${one.method.toUpperCase()} /api/v1${one.path}</code></p><p class="govuk-hint">${describeTerms(t, one)}</p>${parts}`,
  })}</div>`
}

type Field = { name: string; required: boolean; schema: Schema }

function fieldsOf({ schemas }: Known, schema: Schema): Field[] {
  const target = schemas[nameOf(schema) ?? ''] ?? schema
  const { properties = {}, required = [] } = target
  return Object.entries(properties).map(([name, one]) => ({
    name,
    required: required.includes(name),
    schema: one,
  }))
}

function fields({ ctx: { t } }: Known, list: readonly Field[]): Html {
  return summaryList(
    list.map(({ name, required, schema }) => ({
      key: html`<code>${name}</code>`,
      value: html`${typeText(schema)}${required && html` <span class="govuk-hint">${t('api.page.required')}</span>`}${schema.description && html`<br>${schema.description}`}`,
    })),
    'compact',
  )
}

// Of what is answered every field is there, unless it says so.
const answered = (list: readonly Field[]): Field[] => list.map(one => ({ ...one, required: false }))

/** The shapes that others refer to by name. */
function types(known: Known): Html {
  const { ctx, schemas } = known
  const names = Object.keys(schemas).toSorted()
  return html`<h2 class="govuk-heading-m" id="types">${ctx.t('api.page.types')}</h2>${names.map(name =>
    details({
      summary: html`<code>${name}</code>`,
      content: fields(known, answered(fieldsOf(known, schemas[name] ?? {}))),
    }),
  )}`
}

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1)

/** A schema in a few words: its name, or its type with what it may be. */
function typeText(schema: Schema): string {
  const name = nameOf(schema)
  if (name) return name
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' | ')
  if (schema.enum) return schema.enum.map(String).join(' | ')
  if (schema.type === 'array') return `[${schema.items ? typeText(schema.items) : ''}]`
  if (schema.format) return schema.format
  return [schema.type ?? '…'].flat().join(' | ')
}

function problemTable({ t }: PageContext): Html {
  return html`<h2 class="govuk-heading-m" id="problems">${t('api.page.problems')}</h2><p class="govuk-body">${t('api.page.problems.about')}</p>${table(
    {
      caption: t('api.page.problems'),
      captionHidden: true,
      columns: [
        { text: t('api.page.column.code'), fit: true },
        { text: t('api.page.column.status'), fit: true },
        { text: t('api.page.column.meaning') },
      ],
      rows: (Object.keys(problems) as ProblemCode[]).map(code => [
        html`<code id="problem-${code}">${code}</code>`,
        problems[code],
        html`${t(`api.problem.${code}`)}. ${t(`api.problem.${code}.about`)}`,
      ]),
    },
  )}`
}
