import { z } from 'zod'
import { openIdentity } from '../../cases/actions/open-identity.ts'
import { type StaffAction, staffActions, whyNot } from '../../cases/allowed-actions.ts'
import { acts } from '../../cases/casework/acts.ts'
import { findStaffView } from '../../cases/casework/reads.ts'
import { BadInput, Conflict, type Fault, NotAllowed, NotFound } from '../../platform/errors.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import type { Call } from '../call.ts'
import { type Operation, operation } from '../operation.ts'
import { documentsForm, uploadOf } from '../upload.ts'
import { requireVersion } from '../version.ts'
import { caseSchema, viewCase } from '../views/case.ts'
import { day, textUpTo, uuid, wordsUpTo } from '../views/common.ts'

const number = z.object({ number: z.string().meta({ description: 'api.field.number' }) })

const text = wordsUpTo(5000).meta({ description: 'api.field.text' })
const part = textUpTo(5000).optional()
const decision = {
  asked: part,
  facts: part,
  reasons: part,
  rule: part,
  remedy: part,
  remedyBy: day.optional(),
}
const code = z.string().min(1)

type Body = Record<string, unknown>
type Form = { schema?: z.ZodObject; toTyped?: (body: Body) => Typed }
type FormAction = Exclude<StaffAction, 'open-identity'>

/** What each act takes, as the document has it, and as the form that pages share with it reads it. */
const forms: Readonly<Record<FormAction, Form>> = {
  'confirm-redirect': {},
  'refuse-redirect': { schema: z.strictObject({ text }) },
  accept: {},
  answer: { schema: z.strictObject({ outcome: code, ...decision }), toTyped: withDate('remedyBy') },
  'decide-review': {
    schema: z.strictObject({ outcome: z.enum(['upheld', 'changed', 'sent-back']), ...decision }),
    toTyped: withDate('remedyBy'),
  },
  'report-remedy': { schema: z.strictObject({ text }) },
  'ask-information': { schema: z.strictObject({ text }) },
  'send-message': { schema: z.strictObject({ text }) },
  assign: {
    schema: z.strictObject({
      ownerId: uuid.nullable().meta({ description: 'api.field.assign.owner-id' }),
      leadId: uuid.nullable().meta({ description: 'api.field.assign.lead-id' }),
    }),
    toTyped: ({ ownerId, leadId }) => ({ ownerId: String(ownerId ?? ''), leadId: String(leadId ?? '') }),
  },
  extend: {
    schema: z.strictObject({ length: z.int().min(1).meta({ description: 'api.field.extend.length' }), text }),
    toTyped: ({ length, text }) => ({ length: String(length), text: String(text) }),
  },
  'begin-hearing': {
    schema: z.strictObject({ until: day.meta({ description: 'api.field.hearing.until' }) }),
    toTyped: withDate('until'),
  },
  'end-hearing': {},
  'propose-redirect': { schema: z.strictObject({ to: uuid, reason: code, text }) },
  decline: {
    schema: z.strictObject({ reason: code, text }),
    toTyped: ({ reason, text }) => ({ reason: String(reason), [`text-${reason}`]: String(text) }),
  },
  'correct-answer': {
    schema: z.strictObject({ why: text, outcome: code.optional(), ...decision }),
    toTyped: withDate('remedyBy'),
  },
  'add-note': { schema: z.strictObject({ text }) },
  'add-document': {},
  recuse: {
    schema: z.strictObject({ units: z.array(uuid).max(100), staff: z.array(uuid).max(100), text }),
  },
}

/** A day as the three fields that a form has for it. */
function withDate(name: string): (body: Body) => Typed {
  return ({ [name]: date, ...rest }) => {
    const [year = '', month = '', day = ''] = String(date ?? '').split('-')
    return { ...(rest as Typed), [`${name}-year`]: year, [`${name}-month`]: month, [`${name}-day`]: day }
  }
}

function actOperation(action: FormAction): Operation {
  const { schema, toTyped = body => body as Typed } = forms[action]
  const act = acts[action]
  const upload = action === 'add-document' ? documentsForm : undefined
  return operation({
    id: action,
    tag: 'casework',
    method: 'post',
    path: `/cases/{number}/${action}`,
    who: 'staff',
    scope: 'cases:write',
    params: number,
    ...(schema && { body: schema }),
    ...(upload && { upload }),
    status: 200,
    result: caseSchema,
    versioned: true,
    maySlip: true,
    repeat: 'once',
    act: async call => {
      const { office, actor, ctx, params } = call
      const view = await findStaffView(office, actor, params.number)
      const { record, context } = view
      requireVersion(call, record.seq)
      // What the rules refuse is left to them, so that they say which and why.
      const why = whyNot(action, record.state, actor, context)
      if (why === 'role') throw new NotAllowed()
      if (!record.key) throw new NotFound('case')
      if (why === 'status') throw new Conflict('cases.refused.not-now', { status: record.state.status })
      const on = { id: record.state.id, ...seenBy(call, record.seq) }
      const run = async (files: Parameters<typeof act.run>[4], faults: readonly Fault[]) => {
        if (faults.length > 0) throw new BadInput(faults)
        const input = act.read(toTyped((call.body ?? {}) as Body), { ctx, view })
        return act.run(call.once, actor, on, input, files)
      }
      try {
        if (!upload) return await run([], [])
        return await uploadOf(call, { id: record.state.id, key: record.key }, run)
      } catch (error) {
        // A form has a text for each reason; a body has one.
        if (!(error instanceof BadInput) || action !== 'decline') throw error
        throw new BadInput(
          error.faults.map(one => ({ ...one, field: one.field.replace(/^text-.*/, 'text') })),
        )
      }
    },
    answer: async ({ office, actor, params, t }) => {
      const after = await findStaffView(office, actor, params.number).catch(slipped)
      return after && { body: viewCase(t, after), version: after.record.seq }
    },
  })
}

/** The version under which the change is made, checked once more under the lock. */
function seenBy({ ifMatch }: Pick<Call, 'ifMatch'>, seq: number) {
  return ifMatch === undefined || ifMatch === 'any' ? {} : { seenSeq: seq, exactly: true }
}

function slipped(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error
}

const identity = operation({
  id: 'open-identity',
  tag: 'casework',
  method: 'post',
  path: '/cases/{number}/open-identity',
  who: 'staff',
  scope: 'cases:write',
  params: number,
  body: z.strictObject({
    purpose: wordsUpTo(5000).meta({ description: 'api.field.identity.purpose' }),
  }),
  status: 200,
  result: z
    .object({ name: z.string(), email: z.string().optional(), phone: z.string().optional() })
    .meta({ id: 'Identity' }),
  // What is told here is kept nowhere, so that a second request opens it a second time, and the resident sees both.
  repeat: 'each',
  answer: async call => {
    const { office, actor, params, body } = call
    const { record, context } = await findStaffView(office, actor, params.number)
    requireVersion(call, record.seq)
    if (!record.key || whyNot('open-identity', record.state, actor, context) !== undefined)
      throw new NotAllowed()
    const { name, email, phone } = await openIdentity(office, actor, record.state.id, body.purpose)
    return { body: { name, ...(email && { email }), ...(phone && { phone }) } }
  },
})

/** Everything that staff do to a case, one operation for each; `actions` of a case says which are possible now. */
export const actOperations: readonly Operation[] = staffActions.map(action =>
  action === 'open-identity' ? identity : actOperation(action),
)
