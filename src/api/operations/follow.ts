import { z } from 'zod'
import { proveCase } from '../../audit/case-proof.ts'
import {
  addOwnDocuments,
  agree,
  askReview,
  rate,
  reopen,
  withdraw,
  writeToInstitution,
} from '../../cases/actions/resident.ts'
import { type Act, refusalOf } from '../../cases/follow/acts.ts'
import { actFaults } from '../../cases/follow/forms.ts'
import { findDocument } from '../../cases/follow/pages/documents.ts'
import { findView } from '../../cases/follow/view.ts'
import type { CaseState } from '../../cases/rules/state.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, Conflict, NotFound } from '../../platform/errors.ts'
import { caseFolder } from '../../platform/files/folder.ts'
import { sendFile } from '../../platform/files/send-file.ts'
import type { Office } from '../../platform/office.ts'
import { documentSize, sizeOf } from '../document-size.ts'
import { afterEvent, eventsPage } from '../events-page.ts'
import { type Operation, operation } from '../operation.ts'
import { nextPage, paging } from '../paging.ts'
import { documentsForm, uploadOf } from '../upload.ts'
import { requireVersion } from '../version.ts'
import { uuid, wordsUpTo } from '../views/common.ts'
import { followedEventSchema, viewFollowedEvents } from '../views/events.ts'
import { explanationSchema, viewExplanation } from '../views/explanation.ts'
import { followedCaseSchema, viewFollowed } from '../views/followed.ts'
import { proofSchema, viewProof } from '../views/proof.ts'

const number = z.object({ number: z.string().meta({ description: 'api.field.number' }) })

const find = operation({
  id: 'follow-case',
  tag: 'residents',
  method: 'get',
  path: '/follow/{number}',
  who: 'resident',
  scope: 'residents',
  params: number,
  status: 200,
  result: followedCaseSchema,
  versioned: true,
  answer: async ({ followed, t }) => ({ body: viewFollowed(t, followed), version: followed.record.seq }),
})

const events = operation({
  id: 'follow-events',
  tag: 'residents',
  method: 'get',
  path: '/follow/{number}/events',
  who: 'resident',
  scope: 'residents',
  params: number,
  query: z.strictObject({ ...afterEvent, ...paging }),
  status: 200,
  result: z
    .object({ events: z.array(followedEventSchema), next: nextPage })
    .meta({ id: 'FollowedEventList' }),
  paged: true,
  answer: async ({ followed, query, ctx }) => {
    const path = `/follow/${followed.record.state.number}`
    const { rows, ...where } = eventsPage(viewFollowedEvents(ctx, followed), query, path)
    return { body: { events: rows, next: where.next }, links: where.links }
  },
})

const due = operation({
  id: 'follow-explain-due',
  tag: 'residents',
  method: 'get',
  path: '/follow/{number}/dues/{id}',
  who: 'resident',
  scope: 'residents',
  params: z.object({ ...number.shape, id: z.string() }),
  status: 200,
  result: explanationSchema,
  answer: async ({ followed, params, t }) => {
    const { record, context } = followed
    return { body: viewExplanation(t, record.state, context, params.id) }
  },
})

const proof = operation({
  id: 'follow-proof',
  tag: 'residents',
  method: 'get',
  path: '/follow/{number}/proof',
  who: 'resident',
  scope: 'residents',
  params: number,
  status: 200,
  result: proofSchema,
  answer: async ({ office, followed }) => {
    const { id, number } = followed.record.state
    const found = await inSnapshot(office.pool, office.tenant.id, tx => proveCase(tx, id, number))
    if (!found) throw new NotFound('proof')
    return { body: viewProof(found) }
  },
})

const document = operation({
  id: 'follow-document',
  tag: 'residents',
  method: 'get',
  path: '/follow/{number}/documents/{id}',
  who: 'resident',
  scope: 'residents',
  params: z.object({ ...number.shape, id: uuid }),
  query: documentSize,
  status: 200,
  file: ['*/*'],
  answer: async ({ followed, office, params, query, parts }) => {
    const { state, key } = followed.record
    const stored = findDocument(followed.record, params.id)
    if (!stored || !key) throw new NotFound('file')
    const folder = caseFolder(parts.config.dataDir, office.tenant.id, state.id, key)
    return { send: reply => sendFile(reply, folder, stored, sizeOf(query, stored)) }
  },
})

const text = wordsUpTo(5000).meta({ description: 'api.field.text' })
const rating = z.int().min(1).max(5)

type Sent = { text?: string | undefined; rating?: number | undefined }
type Run = (office: Office, on: { id: string }, sent: Sent) => Promise<CaseState>

/** What a resident does to their case: what it takes, and the action that does it. */
const own: Readonly<Record<Act, { schema: z.ZodObject; run: Run }>> = {
  message: {
    schema: z.strictObject({ text }),
    run: (office, on, { text = '' }) => writeToInstitution(office, on, { text, files: [] }),
  },
  agree: {
    schema: z.strictObject({ rating: rating.optional() }),
    run: (office, on, sent) => agree(office, on, sent.rating ?? null),
  },
  review: {
    schema: z.strictObject({ text }),
    run: (office, on, { text = '' }) => askReview(office, on, text),
  },
  rate: { schema: z.strictObject({ rating }), run: (office, on, sent) => rate(office, on, sent.rating ?? 0) },
  reopen: { schema: z.strictObject({ text }), run: (office, on, { text = '' }) => reopen(office, on, text) },
  withdraw: {
    schema: z.strictObject({ text: text.optional() }),
    run: (office, on, { text = '' }) => withdraw(office, on, text),
  },
}

const ownActs = (Object.keys(own) as Act[]).map(act =>
  operation({
    id: `follow-${act}`,
    tag: 'residents',
    method: 'post',
    path: `/follow/{number}/${act}`,
    who: 'resident',
    scope: 'residents',
    params: number,
    body: own[act].schema,
    status: 200,
    result: followedCaseSchema,
    versioned: true,
    repeat: 'once',
    act: async call => {
      const { record, context } = call.followed
      requireVersion(call, record.seq)
      const sent = call.body as Sent
      const faults = actFaults(act, { text: sent.text ?? '', rating: String(sent.rating ?? '') }, 0)
      if (faults.length > 0) throw new BadInput(faults)
      const refusal = refusalOf(act, record.state, context)
      if (refusal) throw new Conflict(refusal.refused, refusal.values)
      return own[act].run(call.once, { id: record.state.id }, sent)
    },
    answer: async ({ office, followed, t }) => {
      const after = (await findView(office, followed.record.state.id)) ?? followed
      return { body: viewFollowed(t, after), version: after.record.seq }
    },
  }),
)

const addDocument = operation({
  id: 'follow-add-document',
  tag: 'residents',
  method: 'post',
  path: '/follow/{number}/documents',
  who: 'resident',
  scope: 'residents',
  params: number,
  upload: documentsForm,
  status: 200,
  result: followedCaseSchema,
  versioned: true,
  repeat: 'once',
  act: async call => {
    const { state, key } = call.followed.record
    requireVersion(call, call.followed.record.seq)
    if (!key) throw new NotFound('case')
    return uploadOf(call, { id: state.id, key }, async (files, faults) => {
      if (faults.length > 0) throw new BadInput(faults)
      const facts = files.map(({ id, mediaType, size, sha256, name, thumbnail }) => {
        return { id, mediaType, size, sha256, name, thumbnail }
      })
      return addOwnDocuments(call.once, { id: state.id }, facts)
    })
  },
  answer: async ({ office, followed, t }) => {
    const after = (await findView(office, followed.record.state.id)) ?? followed
    return { body: viewFollowed(t, after), version: after.record.seq }
  },
})

/** What residents do, with the receipt of their case. */
export const followOperations: readonly Operation[] = [
  find,
  events,
  due,
  ...ownActs,
  addDocument,
  document,
  proof,
]
