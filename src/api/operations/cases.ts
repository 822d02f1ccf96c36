import { z } from 'zod'
import { findStaffView } from '../../cases/casework/reads.ts'
import { findDocument } from '../../cases/follow/pages/documents.ts'
import { findQueue } from '../../cases/queue/reads.ts'
import { canHandle } from '../../cases/rules/handling.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotFound } from '../../platform/errors.ts'
import { caseFolder } from '../../platform/files/folder.ts'
import { sendFile } from '../../platform/files/send-file.ts'
import { caseFilters, readCaseFilters } from '../case-filters.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { documentSize, sizeOf } from '../document-size.ts'
import { afterEvent, eventsPage } from '../events-page.ts'
import { type Operation, operation } from '../operation.ts'
import { addressOf, isText, nextOf, nextPage, pageOf, paging } from '../paging.ts'
import { caseSchema, viewCase } from '../views/case.ts'
import { officerRef, refOfOfficer, uuid } from '../views/common.ts'
import { eventSchema, viewEvents } from '../views/events.ts'
import { explanationSchema, viewExplanation } from '../views/explanation.ts'
import { caseListSchema, viewMatch } from '../views/list.ts'

const number = z.object({ number: z.string().meta({ description: 'api.field.number' }) })

const list = operation({
  id: 'list-cases',
  tag: 'cases',
  method: 'get',
  path: '/cases',
  who: 'staff',
  scope: 'cases:read',
  query: z.strictObject({ ...caseFilters, ...paging }),
  status: 200,
  result: caseListSchema,
  paged: true,
  answer: async ({ office, actor, query: sent, t }) => {
    const { sort, ...query } = readCaseFilters(sent)
    const from = sent.cursor === undefined ? undefined : readCursor(sort, sent.cursor)
    const found = await inSnapshot(office.pool, office.tenant.id, tx =>
      findQueue(office, tx, actor, { ...query, sort, from }, sent.limit),
    )
    const next = found.next && pageAddress(sent, writeCursor(sort, { key: found.next, before: false }))
    const prev = found.previous && pageAddress(sent, writeCursor(sort, { key: found.previous, before: true }))
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

const pageAddress = (sent: object, cursor: string): string => addressOf('/cases', { ...sent, cursor })

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

const events = operation({
  id: 'list-case-events',
  tag: 'cases',
  method: 'get',
  path: '/cases/{number}/events',
  who: 'staff',
  scope: 'cases:read',
  params: number,
  query: z.strictObject({ ...afterEvent, ...paging }),
  status: 200,
  result: z.object({ events: z.array(eventSchema), next: nextPage }).meta({ id: 'EventList' }),
  paged: true,
  answer: async ({ office, actor, params, query, ctx }) => {
    const view = await findStaffView(office, actor, params.number)
    const { rows, ...where } = eventsPage(viewEvents(ctx, view), query, `/cases/${view.record.state.number}`)
    return { body: { events: rows, next: where.next }, links: where.links }
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
  query: documentSize,
  status: 200,
  file: ['*/*'],
  answer: async ({ office, actor, params, query, parts }) => {
    const { record } = await findStaffView(office, actor, params.number)
    const file = findDocument(record, params.id)
    if (!file || !record.key) throw new NotFound('file')
    const folder = caseFolder(parts.config.dataDir, office.tenant.id, record.state.id, record.key)
    return { send: reply => sendFile(reply, folder, file, sizeOf(query, file)) }
  },
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
  result: explanationSchema,
  answer: async ({ office, actor, params, t }) => {
    const { record, context } = await findStaffView(office, actor, params.number)
    return { body: viewExplanation(t, record.state, context, params.id) }
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
  query: z.strictObject(paging),
  status: 200,
  result: z.object({ officers: z.array(officerRef), next: nextPage }).meta({ id: 'OfficerList' }),
  paged: true,
  answer: async ({ office, actor, params, query, t }) => {
    const { record, context } = await findStaffView(office, actor, params.number)
    const able = [...context.organisation.officers.values()].filter(one =>
      canHandle(record.state, one.id, context),
    )
    const page = pageOf('officers', able, query, { keyOf: one => one.id, isKey: isText })
    const path = `/cases/${record.state.number}/officers`
    const { next, links } = nextOf('officers', path, query, page.next)
    const named = page.rows.flatMap(one => refOfOfficer(t, context, one.id) ?? [])
    return { body: { officers: named, next }, links }
  },
})

/** Reading cases. */
export const caseOperations: readonly Operation[] = [list, find, events, officers, due, document]
