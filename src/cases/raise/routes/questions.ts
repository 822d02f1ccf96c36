import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../../../platform/errors.ts'
import { requireOffice } from '../../../platform/http/parts.ts'
import { pageContextAfter } from '../../../ui/flash.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { findCurrent, findCurrentAndChoices, keepTyped } from '../current-draft.ts'
import type { Answers, Draft } from '../draft.ts'
import { faultsOf, firstFaultyStep } from '../forms.ts'
import { aboutQuestion } from '../pages/about.ts'
import { lostPage, resumePage } from '../pages/around.ts'
import { categoryQuestion } from '../pages/category.ts'
import { filesQuestion } from '../pages/files.ts'
import { kindQuestion } from '../pages/kind.ts'
import { type Asked, type Question, questionPage } from '../pages/question.ts'
import { whatQuestion } from '../pages/what.ts'
import { whereQuestion } from '../pages/where.ts'
import { contactQuestion, youQuestion } from '../pages/you.ts'
import { type Choices, findChoices } from '../reads.ts'
import { typedAnswers, typedQuestions } from '../sealed-draft.ts'
import { fieldsOf, isStep, type Step, stepAfter } from '../steps.ts'

const asks: Record<Step, (question: Question, state: FormState) => Asked> = {
  kind: kindQuestion,
  category: categoryQuestion(''),
  what: whatQuestion,
  where: whereQuestion,
  files: filesQuestion,
  you: youQuestion,
  contact: contactQuestion,
  about: aboutQuestion,
}

type ForStep = { Params: { step: string } }

/** The questions of the filing, one a page: each is saved as it is answered, and then checked. */
export function registerQuestions(app: FastifyInstance): void {
  app.get('/raise', async (request, reply) => {
    const office = requireOffice(request.office)
    const current = await findCurrent(office, request)
    if (!current || Object.keys(current.draft.answers).length === 0) return reply.redirect('/raise/kind', 303)
    const next = firstFaultyStep(current.draft.answers, await findChoices(office))
    return sendPage(reply, pageContext(request), resumePage(pageContext(request), addressOf(next)))
  })

  app.get<ForStep>('/raise/:step', async (request, reply) => {
    const { step } = request.params
    if (!isStep(step)) return reply.callNotFound()
    const office = requireOffice(request.office)
    const { current, choices } = await findCurrentAndChoices(office, request)
    if (!current && step !== 'kind')
      return sendPage(reply, pageContext(request), lostPage(pageContext(request)))
    return sendQuestion(request, reply, step, { choices, draft: current?.draft, faults: [] })
  })

  app.post<ForStep>('/raise/:step', async (request, reply) => {
    const { step } = request.params
    if (!isStep(step) || step === 'files') return reply.callNotFound()
    const office = requireOffice(request.office)
    const typed = typedFor(step, request.body)
    const [{ draft }, choices] = await Promise.all([
      keepTyped(office, request, reply, typed),
      findChoices(office),
    ])
    if (isLanguageSwitch(request.body)) return reply.redirect(sameStep(step, request), 303)
    const faults = faultsOf(step, draft.answers, choices)
    if (faults.length > 0) return sendQuestion(request, reply, step, { choices, draft, faults })
    return reply.redirect(afterStep(step, draft.answers, choices, request), 303)
  })
}

/** Where a question leads once it is answered: to the next one, or back to "check your answers". */
export function afterStep(
  step: Step,
  answers: Answers,
  choices: Choices,
  request: FastifyRequest,
  body: unknown = request.body,
): string {
  const next = toCheck(request, body) ? firstFaultyStep(answers, choices) : stepAfter(step, answers)
  return toCheck(request, body) && next ? `${addressOf(next)}?back=check` : addressOf(next)
}

/** Shows a question with what is known of it; with faults it is the answer to a form. */
export function sendQuestion(
  request: FastifyRequest,
  reply: FastifyReply,
  step: Step,
  { choices, draft, faults }: { choices: Choices; draft: Draft | undefined; faults: readonly Fault[] },
  status = faults.length > 0 ? 422 : 200,
): FastifyReply {
  const ctx = pageContextAfter(request, {
    added: 'raise.files.done.added',
    removed: 'raise.files.done.removed',
    deleted: 'raise.again.done',
  })
  const question: Question = {
    ctx,
    choices,
    answers: draft?.answers ?? {},
    files: draft?.files ?? [],
    faults,
    toCheck: toCheck(request, request.body),
  }
  const { find } = request.query as { find?: unknown }
  const ask =
    step === 'category' && typeof find === 'string' ? categoryQuestion(find.slice(0, 100)) : asks[step]
  return sendPage(reply, ctx, questionPage(question, step, ask), status)
}

/** The page of a question again, in the language just chosen. */
export function sameStep(step: Step, request: FastifyRequest, body: unknown = request.body): string {
  return `/raise/${step}${toCheck(request, body) ? '?back=check' : ''}`
}

/** Whether the language switch sent the form: what was typed is kept, unchecked. */
export function isLanguageSwitch(body: unknown): boolean {
  return typeof (body as { _language?: unknown } | null)?._language === 'string'
}

const addressOf = (step: Step | undefined) => `/raise/${step ?? 'check'}`

function toCheck(request: FastifyRequest, body: unknown): boolean {
  const { back } = request.query as { back?: unknown }
  return back === 'check' || (body as { _back?: unknown } | null)?._back === 'check'
}

function typedFor(step: Step, body: unknown): Answers {
  const typed = typedAnswers(body, fieldsOf[step])
  if (step === 'what') return { ...typed, ...typedQuestions(body) }
  // A box that is not ticked is not sent.
  if (step === 'about') return { retaliation: '', ...typed }
  // Who becomes anonymous leaves no name behind, not even in the draft.
  if (typed.protection === 'anonymous') return { ...typed, name: '', email: '', phone: '' }
  return typed
}
