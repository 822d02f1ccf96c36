import { inLang } from '../../../obligations/wording.ts'
import type { Fault } from '../../../platform/errors.ts'
import { languageNames } from '../../../platform/i18n/languages.ts'
import { translator } from '../../../platform/i18n/translator.ts'
import { card } from '../../../ui/content/summary-list.ts'
import { radios } from '../../../ui/form/choices.ts'
import { dateInput } from '../../../ui/form/date-input.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import { refusalError } from '../../actions/change-case.ts'
import { answerCase, correctAnswer, reportRemedy, reviewCase } from '../../actions/staff.ts'
import { officerName } from '../../follow/names.ts'
import { decision } from '../../follow/pages/answer.ts'
import type { CaseEvent } from '../../reads.ts'
import { type DecisionText, decideAnswer, decideCorrectAnswer } from '../../rules/answering.ts'
import { type Decision, isRefusal } from '../../rules/decision.ts'
import { stateAfter } from '../../rules/filing.ts'
import { decideReview } from '../../rules/reviewing.ts'
import { standingAnswer, type Tier } from '../../rules/state.ts'
import { act, type FormContext } from '../act.ts'
import { dateOf, refuse, requiredText, textFaults, textField, textOf } from '../fields.ts'
import type { StaffView } from '../reads.ts'

type At = Omit<FormContext, 'form' | 'typed'>
type Typed = FormContext['typed']
type Decided = DecisionText & { outcome: string }
type Verdict = 'upheld' | 'changed' | 'sent-back'

// The other parts of a decision are made: outcome and date from their own fields, the review right, the signature.
const written = ['asked', 'facts', 'reasons', 'rule', 'remedy'] as const
type Written = (typeof written)[number]
const isWritten = (code: string): code is Written => (written as readonly string[]).includes(code)

/** Answers a case: every part the pack asks for, seen as the resident will see it before it is signed. */
export const answer = act({
  about: at => whoReads(at, 'staff.about.answer'),
  fields: at => decisionFields(at, 'answer', startOf(at.view), outcomes(at)),
  read: (typed, at) =>
    readDecision(
      typed,
      at,
      'answer',
      at.view.context.pack.outcomes.map(one => one.code),
    ),
  preview: (input: Decided, at) => {
    const { record, context, actor } = at.view
    return previewOf(at, decideAnswer(record.state, { ...input, leadId: actor.staffId }, context))
  },
  run: (office, actor, on, input: Decided) => answerCase(office, actor, on, input),
})

/** Corrects the answer that stands: the first one stays beside it in the record. */
export const correct = act({
  about: at => whoReads(at, 'staff.about.correct-answer'),
  fields: at => {
    const standing = standingAnswer(at.view.record.state)
    const tier = standing?.tier ?? 'answer'
    return html`${textField(at.ctx.t, at.form, 'why', { label: at.ctx.t('staff.correct.why'), rows: 3 })}${decisionFields(
      at,
      tier,
      textsOf(at.view),
      tier === 'answer' ? outcomes(at) : undefined,
    )}`
  },
  read: (typed, at) => {
    const standing = standingAnswer(at.view.record.state)
    const codes = at.view.context.pack.outcomes.map(one => one.code)
    // What a review decided can be worded better, but not decided again.
    const fixed = standing && standing.tier !== 'answer' ? standing.outcome : undefined
    const why = textFaults(typed, 'why', true)
    const decided = readDecision(typed, at, standing?.tier ?? 'answer', fixed ? [fixed] : codes, why, fixed)
    return { ...decided, why: textOf(typed, 'why') }
  },
  preview: (input: Decided & { why: string }, at) => {
    const { record, context, actor } = at.view
    return previewOf(at, decideCorrectAnswer(record.state, { ...input, leadId: actor.staffId }, context))
  },
  run: (office, actor, on, input: Decided & { why: string }) => correctAnswer(office, actor, on, input),
})

/** Decides a review: the answer stands, this one takes its place, or it goes back to be decided again. */
export const review = act({
  about: at => whoReads(at, 'staff.about.decide-review'),
  fields: at => {
    const { t } = at.ctx
    const { tier } = at.view.record.state
    const verdicts = at.view.context.pack.review.tiers.find(one => one.tier === tier)?.outcomes ?? []
    const choices = verdicts.map(one => ({ value: one.code, label: inLang(t, one.name) }))
    return decisionFields(
      at,
      tier,
      startOf(at.view),
      radios(t, { ...at.form.field('outcome'), label: t('staff.review.verdict'), labelSize: 's', choices }),
    )
  },
  read: (typed, at) => readDecision(typed, at, at.view.record.state.tier, ['upheld', 'changed', 'sent-back']),
  preview: (input: Decided, at) => {
    const { record, context, actor } = at.view
    const verdict = input.outcome as Verdict
    return previewOf(at, decideReview(record.state, { ...input, leadId: actor.staffId, verdict }, context))
  },
  run: (office, actor, on, { outcome, ...input }: Decided) =>
    reviewCase(office, actor, on, { ...input, outcome, verdict: outcome as Verdict }),
})

/** Reports that what was promised is done. */
export const remedyDone = act({
  fields: ({ ctx: { t }, view, form }) =>
    textField(t, form, 'text', {
      label: t('staff.remedy.text'),
      hint: t('staff.reads', { language: languageNames[view.record.state.language] }),
    }),
  read: typed => ({ text: requiredText(typed, 'text') }),
  run: (office, actor, on, input: { text: string }) => reportRemedy(office, actor, on, input),
})

/** A field for each part of a decision, named and ordered by the pack, with a prompt for what belongs in it. */
function decisionFields(
  { ctx, view, form, typed }: FormContext,
  tier: Tier,
  initial: Partial<Record<string, string>>,
  outcome: Content,
): Html {
  const { t } = ctx
  const fields = view.context.pack.decisionContents[tier].map(({ code, name, required }): Content => {
    const label = required ? inLang(t, name) : t('staff.optional', { name: inLang(t, name) })
    if (isWritten(code))
      return textField(t, form, code, {
        label,
        hint: t(`staff.prompt.${code}`),
        initial: initial[code],
        rows: code === 'asked' || code === 'rule' ? 3 : 6,
      })
    if (code === 'outcome') return outcome
    if (code === 'by-when')
      return dateInput(t, {
        ...form.field('remedyBy'),
        label,
        labelSize: 's',
        hint: t('staff.prompt.by-when'),
        typed: { ...dateParts(initial.remedyBy), ...typed },
      })
    if (code === 'signed')
      return html`<p class="govuk-body"><strong>${label}</strong> ${officerName(t, view.context, view.actor.staffId)}</p>`
    return html`<p class="govuk-body"><strong>${label}</strong> ${t('staff.prompt.review-right')}</p>`
  })
  return html`${fields}`
}

function outcomes({ ctx: { t }, view, form }: FormContext): Html {
  const standing = standingAnswer(view.record.state)
  const { value, ...field } = form.field('outcome')
  const choices = view.context.pack.outcomes.map(one => ({
    value: one.code,
    label: inLang(t, one.name),
    hint: inLang(t, one.hint),
  }))
  const isCorrection =
    view.record.state.status !== 'in-hand' && view.record.state.status !== 'awaiting-resident'
  const shown = value || (isCorrection ? standing?.outcome : undefined)
  return radios(t, { ...field, value: shown, label: t('staff.answer.outcome'), labelSize: 's', choices })
}

function readDecision(
  typed: Typed,
  { ctx, view }: At,
  tier: Tier,
  codes: readonly string[],
  more: readonly Fault[] = [],
  fixed?: string,
): Decided {
  const outcome = fixed ?? textOf(typed, 'outcome')
  const contents = view.context.pack.decisionContents[tier]
  const today = ctx.now.toZonedDateTimeISO(ctx.tenant.timeZone).toPlainDate()
  const { date, fault } = dateOf(typed, 'remedyBy')
  const faults = [...more]
  for (const { code, required } of contents) {
    if (isWritten(code)) faults.push(...textFaults(typed, code, required))
    if (code === 'outcome' && !codes.includes(outcome))
      faults.push({ field: 'outcome', text: 'cases.refused.outcome' })
    if (code === 'by-when' && fault) faults.push(fault)
    if (code === 'by-when' && date && Temporal.PlainDate.compare(date, today) < 0)
      faults.push({ field: 'remedyBy', text: 'staff.fault.past' })
    if (code === 'by-when' && date && textOf(typed, 'remedy') === '')
      faults.push({ field: 'remedy', text: 'staff.fault.remedy' })
  }
  refuse(faults)
  const texts = contents
    .filter(({ code }) => isWritten(code))
    .map(({ code }) => [code, textOf(typed, code)])
    .filter(([, text]) => text !== '')
  const remedyBy = contents.some(({ code }) => code === 'by-when') ? date?.toString() : undefined
  return { parts: Object.fromEntries(texts), outcome, remedyBy }
}

/** The decision exactly as its page will show it to the resident, in their language. */
function previewOf({ ctx, view }: At, decided: Decision): Content {
  if (isRefusal(decided)) throw refusalError(decided)
  const { record, context } = view
  const after = stateAfter(record.state, decided.events, context)
  const [first] = decided.events
  const { no } = first.data as { no: number }
  const shown = after.answers.find(one => one.no === no)
  if (!shown) throw new Error('a decision without an answer')
  const { language } = record.state
  const theirs = { ...ctx, lang: language, t: translator(language) }
  const event: CaseEvent = {
    seq: record.seq + 1,
    type: first.type,
    at: context.now,
    actor: { kind: 'staff', id: view.actor.staffId },
    data: first.data as CaseEvent['data'],
    text: first.sealed as CaseEvent['text'],
  }
  return html`<div lang="${language}">${card({
    title: theirs.t(`follow.answer.title.${shown.tier}`),
    content: decision(theirs, shown, event, after, context),
  })}</div>`
}

function whoReads(
  { ctx: { t }, view }: At,
  key: 'staff.about.answer' | 'staff.about.correct-answer' | 'staff.about.decide-review',
): Html {
  const { language } = view.record.state
  return html`<p class="govuk-body">${t(key)}</p><p class="govuk-hint">${t('staff.reads', { language: languageNames[language] })}</p>`
}

// The question is there from the start: what would put it right, or where that was left open what happened.
function startOf({ record }: StaffView): Record<string, string> {
  const review = record.events.findLast(event => event.type === 'review.asked')?.text?.text
  if (record.state.tier !== 'answer' && typeof review === 'string') return { asked: review }
  const { wanted, what } = (record.events[0]?.text ?? {}) as { wanted?: string; what?: string }
  return { asked: wanted || what || '' }
}

function textsOf({ record }: StaffView): Record<string, string> {
  const standing = standingAnswer(record.state)
  const event = record.events.findLast(
    one => ['answer.given', 'answer.corrected'].includes(one.type) && one.data.no === standing?.no,
  )
  return { ...(event?.text?.parts as Record<string, string> | undefined), remedyBy: standing?.remedyBy ?? '' }
}

function dateParts(date: string | undefined): Record<string, string> {
  const [year = '', month = '', day = ''] = (date ?? '').split('-')
  return {
    'remedyBy-year': year,
    'remedyBy-month': month.replace(/^0/, ''),
    'remedyBy-day': day.replace(/^0/, ''),
  }
}
