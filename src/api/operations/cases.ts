import { z } from 'zod'
import { findStaffView } from '../../cases/casework/reads.ts'
import { findDocument } from '../../cases/follow/pages/documents.ts'
import { tabs } from '../../cases/queue/counts.ts'
import { channels, dueWithin, type QueueQuery, sorts, stages } from '../../cases/queue/forms.ts'
import { findQueue } from '../../cases/queue/reads.ts'
import { canHandle } from '../../cases/rules/handling.ts'
import { explainObligation } from '../../obligations/explain.ts'
import { findDeadline } from '../../packs/rules.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotFound } from '../../platform/errors.ts'
import { caseFolder } from '../../platform/files/folder.ts'
import { sendFile } from '../../platform/files/send-file.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { type Operation, operation } from '../operation.ts'
import { caseSchema, viewCase } from '../views/case.ts'
import { instant, kind, officerRef, refOfOfficer, uuid } from '../views/common.ts'
import { eventSchema, viewEvents } from '../views/events.ts'
import { caseListSchema, viewMatch } from '../views/list.ts'

const number = z.object({ number: z.string().meta({ description: 'api.field.number' }) })

const sortNames = sorts.flatMap(sort => [sort, `-${sort}`] as const)

const list = operation({
  id: 'list-cases',
  tag: 'cases',
  method: 'get',
  path: '/cases',
  who: 'staff',
  scope: 'cases:read',
  query: z.strictObject({
    list: z.enum(tabs).optional().meta({ description: 'api.field.list.list' }),
    status: z.enum(stages).optional().meta({ description: 'api.field.list.status' }),
    kind: kind.optional(),
    category: z.string().optional(),
    unit: uuid.optional().meta({ description: 'api.field.list.unit' }),
    channel: z.enum(channels as [string, ...string[]]).optional(),
    due: z
      .enum(dueWithin.map(String) as [string, ...string[]])
      .optional()
      .meta({ description: 'api.field.list.within' }),
    q: z.string().max(200).optional().meta({ description: 'api.field.list.q' }),
    sort: z
      .enum(sortNames as [string, ...string[]])
      .optional()
      .meta({ description: 'api.field.list.sort' }),
    cursor: z.string().max(500).optional().meta({ description: 'api.field.list.cursor' }),
  }),
  status: 200,
  result: caseListSchema,
  paged: true,
  answer: async ({ office, actor, query: sent, t }) => {
    const { sort: given = sent.status === 'finished' ? '-filed' : 'due' } = sent
    const sort = sorts.find(one => one === given.replace(/^-/, '')) ?? 'due'
    // What is finished is due no more.
    const sorted = sent.status === 'finished' && sort === 'due' ? 'filed' : sort
    const query: QueueQuery = {
      tab: sent.list ?? 'all',
      sort: sorted,
      descending: given.startsWith('-'),
      stage: sent.status,
      category: sent.category,
      kind: sent.kind,
      unit: sent.unit,
      channel: channels.find(one => one === sent.channel),
      due: dueWithin.find(days => String(days) === sent.due),
      words: sent.q?.trim() || undefined,
      from: sent.cursor === undefined ? undefined : readCursor(sorted, sent.cursor),
    }
    const found = await inSnapshot(office.pool, office.tenant.id, tx => findQueue(office, tx, actor, query))
    const addressOf = (key: typeof found.next, before: boolean) => {
      if (!key) return undefined
      const parameters = { ...sent, cursor: writeCursor(sorted, { key, before }) }
      const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
      return `/cases?${new URLSearchParams(given as [string, string][])}`
    }
    const next = addressOf(found.next, false)
    const prev = addressOf(found.previous, true)
    return {
      links: { next, prev },
      body: {
        cases: found.rows.map(row => viewMatch(t, row, found, office.clock.now())),
        next: next ? `/api/v1${next}` : null,
        previous: prev ? `/api/v1${prev}` : null,
        partial: found.partial ?? false,
        counts: found.counts,
      },
    }
  },
})

const find = operation({
  id: 'find-case',
  tag: 'cases',
  method: 'get',
  path: '/cases/{number}',
  who: 'staff',
  scope: 'cases:read',
  params: number,
  status: 200,
  result: caseSchema,
  versioned: true,
  answer: async ({ office, actor, params, t }) => {
    const view = await findStaffView(office, actor, params.number)
    return { body: viewCase(t, view), version: view.record.seq }
  },
})

/** How many events a page of the record holds. */
const eventsPerPage = 100

const events = operation({
  id: 'list-case-events',
  tag: 'cases',
  method: 'get',
  path: '/cases/{number}/events',
  who: 'staff',
  scope: 'cases:read',
  params: number,
  query: z.strictObject({
    after: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional()
      .meta({ description: 'api.field.event.after' }),
  }),
  status: 200,
  result: z.object({ events: z.array(eventSchema), next: z.string().nullable() }).meta({ id: 'EventList' }),
  paged: true,
  answer: async ({ office, actor, params, query, ctx }) => {
    const view = await findStaffView(office, actor, params.number)
    const after = Number(query.after ?? 0)
    const rest = viewEvents(ctx, view).filter(event => event.seq > after)
    const shown = rest.slice(0, eventsPerPage)
    const path = `/cases/${view.record.state.number}/events?after=${shown.at(-1)?.seq}`
    const next = rest.length > shown.length ? path : undefined
    return { body: { events: shown, next: next ? `/api/v1${next}` : null }, links: { next } }
  },
})

const document = operation({
  id: 'find-case-document',
  tag: 'cases',
  method: 'get',
  path: '/cases/{number}/documents/{id}',
  who: 'staff',
  scope: 'cases:read',
  params: z.object({ ...number.shape, id: uuid }),
  query: z.strictObject({
    size: z.enum(['original', 'small']).optional().meta({ description: 'api.field.document.small' }),
  }),
  status: 200,
  file: true,
  answer: async ({ office, actor, params, query, parts }) => {
    const { record } = await findStaffView(office, actor, params.number)
    const file = findDocument(record, params.id)
    if (!file || !record.key) throw new NotFound('file')
    const folder = caseFolder(parts.config.dataDir, office.tenant.id, record.state.id, record.key)
    const form = query.size === 'small' && file.thumbnail ? 'thumbnail' : 'original'
    return { send: reply => sendFile(reply, folder, file, form) }
  },
})

const rule = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  source: z.object({ rule: z.string(), article: z.string().nullable() }).nullable(),
})

const due = operation({
  id: 'explain-due',
  tag: 'cases',
  method: 'get',
  path: '/cases/{number}/dues/{id}',
  who: 'staff',
  scope: 'cases:read',
  params: z.object({ ...number.shape, id: z.string() }),
  status: 200,
  result: z
    .object({
      rule,
      owedBy: z.enum(['institution', 'resident', 'unit']),
      length: z.object({ n: z.int(), unit: z.string() }),
      trigger: z.object({ code: z.string(), at: instant }),
      due: instant,
      firstDue: instant,
      provisional: z.boolean(),
      calendar: z.string(),
      timeZone: z.string(),
      steps: z
        .array(z.looseObject({ type: z.string() }))
        .meta({ description: 'api.field.explanation.steps' }),
    })
    .meta({ id: 'DueExplanation' }),
  answer: async ({ office, actor, params, t }) => {
    const { record, context } = await findStaffView(office, actor, params.number)
    const one = record.state.obligations.find(({ id }) => id === params.id)
    const deadline = one && findDeadline(context.pack, one.rule)
    if (!one || !deadline) throw new NotFound('due date')
    const { rule, result, ...told } = explainObligation(one, deadline, context.timing)
    const { source } = rule
    return {
      body: {
        rule: {
          id: rule.id,
          kind: rule.kind,
          name: rule.name[t.lang],
          source:
            source === 'local example'
              ? null
              : { rule: source.rule[t.lang], article: source.article?.[t.lang] ?? null },
        },
        owedBy: told.owedBy,
        length: told.length,
        trigger: told.trigger,
        due: result.due,
        firstDue: result.firstDue,
        provisional: result.provisional,
        calendar: result.calendar,
        timeZone: result.timeZone,
        steps: told.steps,
      },
    }
  },
})

const officers = operation({
  id: 'list-case-officers',
  tag: 'cases',
  method: 'get',
  path: '/cases/{number}/officers',
  who: 'staff',
  scope: 'cases:read',
  params: number,
  status: 200,
  result: z.object({ officers: z.array(officerRef) }).meta({ id: 'OfficerList' }),
  answer: async ({ office, actor, params, t }) => {
    const { record, context } = await findStaffView(office, actor, params.number)
    const able = [...context.organisation.officers.values()].filter(one =>
      canHandle(record.state, one.id, context),
    )
    return { body: { officers: able.flatMap(one => refOfOfficer(t, context, one.id) ?? []) } }
  },
})

/** Reading cases. */
export const caseOperations: readonly Operation[] = [list, find, events, officers, due, document]
