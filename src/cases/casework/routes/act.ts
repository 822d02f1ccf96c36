import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireActor } from '../../../identity/actor.ts'
import { BadInput, Conflict, type Fault, NotAllowed, NotFound } from '../../../platform/errors.ts'
import type { StoredFile } from '../../../platform/files/accept-upload.ts'
import { type CaseFolder, caseFolder } from '../../../platform/files/folder.ts'
import { deleteFile } from '../../../platform/files/storage.ts'
import { readUploadForm } from '../../../platform/files/upload-form.ts'
import { type Parts, requireOffice } from '../../../platform/http/parts.ts'
import { isUuid, v7 } from '../../../platform/uuid.ts'
import type { Typed } from '../../../ui/form/form-state.ts'
import type { Page } from '../../../ui/layout.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { type StaffAction, staffActions, whyNot } from '../../allowed-actions.ts'
import { mayRead } from '../../visibility.ts'
import { maxFileBytes, maxFiles } from '../acts/talking.ts'
import { acts } from '../acts.ts'
import { textOf } from '../fields.ts'
import { actPage, previewPage, tooLatePage } from '../pages/act.ts'
import { findStaffView, type StaffView, wasDone } from '../reads.ts'

type Route = { Params: { number: string; action: string } }
type FormAction = keyof typeof acts

/** The form of each act: shown, seen in advance, sent. */
export function actRoutes(app: FastifyInstance, parts: Parts): void {
  app.get<Route>('/cases/:number/:action', async (request, reply) => {
    const { action, view } = await openForm(request)
    const ctx = pageContext(request)
    if (!view.actions.includes(action)) return sendPage(reply, ctx, notNow(ctx, view, action), 409)
    return sendPage(reply, ctx, actPage(ctx, view, { action, act: acts[action], key: v7() }))
  })

  app.post<Route>('/cases/:number/:action', async (request, reply) => {
    const { action, view } = await openForm(request)
    const sent = await readSent(parts, request, reply, view)
    return send(request, reply, { action, view, sent })
  })
}

type Opened = { action: FormAction; view: StaffView }

async function openForm(request: FastifyRequest<Route>): Promise<Opened> {
  const actor = requireActor(request)
  const office = requireOffice(request.office)
  const action = staffActions.find(one => one === request.params.action)
  if (!action || action === 'open-identity') throw new NotFound('page')
  return { action, view: await findStaffView(office, actor, request.params.number) }
}

type Sent = {
  typed: Typed
  files: StoredFile[]
  faults: Fault[]
  /** Takes back what was stored, where nothing comes of it. */
  discard: () => Promise<unknown>
}

async function readSent(
  { config }: Parts,
  request: FastifyRequest<Route>,
  reply: FastifyReply,
  { record }: StaffView,
): Promise<Sent> {
  if (!request.isMultipart())
    return { typed: (request.body ?? {}) as Typed, files: [], faults: [], discard: async () => {} }
  if (!record.key) throw new NotFound('case')
  const office = requireOffice(request.office)
  const folder: CaseFolder = caseFolder(config.dataDir, office.tenant.id, record.state.id, record.key)
  const form = await readUploadForm(request, reply, folder, {
    files: maxFiles,
    fileBytes: maxFileBytes,
    totalBytes: maxFiles * maxFileBytes + 1_000_000,
  })
  const faults: Fault[] = form.refusals.map(({ refusal }) => ({
    field: 'files',
    text: refusal.refused,
    values: { ...refusal.values },
  }))
  if (form.end === 'cut') faults.push({ field: 'files', text: 'staff.fault.upload-cut' })
  if (form.end === 'too-large')
    faults.push({
      field: 'files',
      text: 'raise.fault.upload-too-large',
      values: { megabytes: maxFileBytes / 1_000_000 },
    })
  const files = form.files.map(({ file }) => file)
  return {
    typed: form.fields,
    files,
    faults,
    discard: () => Promise.all(files.map(file => deleteFile(folder, file.id))),
  }
}

async function send(
  request: FastifyRequest<Route>,
  reply: FastifyReply,
  { action, view, sent }: Opened & { sent: Sent },
): Promise<FastifyReply> {
  const office = requireOffice(request.office)
  const ctx = pageContext(request)
  const { typed } = sent
  const act = acts[action]
  const { state } = view.record
  const given = textOf(typed, '_key')
  const key = isUuid(given) ? given : v7()
  const idempotencyKey = `${view.actor.staffId}/${state.id}/${action}/${key}/${digestOf(sent)}`
  const show = (status: number, more: { faults?: readonly Fault[]; conflict?: Conflict } = {}, seen = view) =>
    sendPage(
      reply,
      ctx,
      actPage(ctx, seen, {
        action,
        act,
        typed,
        key,
        faults: more.faults ?? [],
        ...(more.conflict && { conflict: { text: more.conflict.reason, values: more.conflict.values } }),
      }),
      status,
    )
  const seenSeq = Number.parseInt(textOf(typed, '_seen'), 10)
  // Sent again after it was carried out, perhaps because the answer was lost on its way: it is done.
  const isDone = () => wasDone(office, idempotencyKey)
  if (seenSeq !== view.record.seq && (await isDone())) {
    await sent.discard()
    return done(reply, view, action)
  }
  // Back from the preview, or in the other language: as it was typed, unchecked.
  if (textOf(typed, '_step') === 'edit' || textOf(typed, '_language') !== '') {
    await sent.discard()
    return show(200)
  }
  try {
    // What the rules refuse is left to them, so that they say which and why.
    const why = whyNot(action, state, view.actor, view.context)
    if (why === 'role') throw new NotAllowed()
    if (why === 'status') {
      await sent.discard()
      return sendPage(reply, ctx, notNow(ctx, view, action, typed), 409)
    }
    if (sent.faults.length > 0) throw new BadInput(sent.faults)
    const input = act.read(typed, { ctx, view })
    if (act.preview && textOf(typed, '_step') !== 'send') {
      const preview = act.preview(input, { ctx, view })
      return sendPage(reply, ctx, previewPage(ctx, view, { action, act, typed, key }, preview))
    }
    const on = { id: state.id, idempotencyKey, ...(Number.isInteger(seenSeq) && { seenSeq }) }
    const after = await act.run(office, view.actor, on, input, sent.files)
    const stays = mayRead(view.actor, after, view.context.organisation)
    return stays ? done(reply, view, action) : reply.redirect(`/cases?done=${action}`, 303)
  } catch (error) {
    await sent.discard()
    const isRefused = error instanceof BadInput || error instanceof Conflict || error instanceof NotAllowed
    if (isRefused && (await isDone())) return done(reply, view, action)
    if (error instanceof BadInput) return show(reply.statusCode === 413 ? 413 : 422, { faults: error.faults })
    if (!(error instanceof Conflict)) throw error
    // As the case is now; what was typed may still be right.
    const now = await findStaffView(office, view.actor, state.number)
    if (now.actions.includes(action)) return show(409, { conflict: error }, now)
    const conflict = { text: error.reason, values: error.values }
    return sendPage(reply, ctx, tooLatePage(ctx, now, { action, typed, conflict }), 409)
  }
}

// What was sent is part of what makes it the same: whoever goes back in the browser and writes something else on the same
// form has not sent that yet.
function digestOf({ typed, files }: Sent): string {
  const fields = Object.entries(typed).filter(([name]) => !name.startsWith('_'))
  return hash('sha256', JSON.stringify([fields, files.map(file => file.sha256)]), 'base64url')
}

function done(reply: FastifyReply, { record }: StaffView, action: StaffAction): FastifyReply {
  return reply.redirect(`/cases/${record.state.number}?done=${action}`, 303)
}

/** The page of an act that is not possible now. @throws NotAllowed where it is not the actor's to do at all. */
function notNow(ctx: PageContext, view: StaffView, action: StaffAction, typed: Typed = {}): Page {
  const { record, actor, context } = view
  const why = whyNot(action, record.state, actor, context)
  if (why === 'role') throw new NotAllowed()
  const conflict =
    why === 'status'
      ? { text: 'cases.refused.not-now', values: { status: record.state.status } }
      : { text: 'staff.refused.rules', values: {} }
  return tooLatePage(ctx, view, { action, typed, conflict })
}
