import type { Obligation } from '../obligations/rules.ts'
import { findDeadline } from '../packs/rules.ts'
import type { Source, TemplateCode } from '../packs/schema.ts'
import { reviewRight } from '../packs/templates.ts'
import { formatDate, formatDateTime } from '../platform/i18n/dates.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import type { Json } from '../platform/json.ts'
import { reopenUntil } from './rules/answering.ts'
import type { Context } from './rules/decision.ts'
import { type CaseState, nextOwed, standingAnswer, type Tier } from './rules/state.ts'

/** What a notice is about: an event, and the case just before it and just after all that happened with it. */
export type NoticeSubject = {
  readonly template: TemplateCode
  readonly before: CaseState | undefined
  readonly after: CaseState
  readonly event: {
    readonly at: Temporal.Instant
    readonly data: Readonly<Record<string, Json | undefined>>
    readonly text: Readonly<Record<string, Json | undefined>> | undefined
  }
}

/** What fills the placeholders of the pack's texts, but the institution's name and the link. Pure. */
export function noticeValues(
  subject: NoticeSubject,
  context: Context,
  language: Lang,
): Record<string, string> {
  const { template, after } = subject
  return {
    number: after.number,
    ...fillers[template]({ ...subject, ...reader(context, language), context, language }),
  }
}

type Values = Record<string, string>
type Known = NoticeSubject &
  ReturnType<typeof reader> & { readonly context: Context; readonly language: Lang }

const fillers: Record<TemplateCode, (known: Known) => Values> = {
  acknowledged: known => owedNext(known),
  routed: known => owedNext(known),
  accepted: known => ({
    ...owedNext(known, 'answer'),
    lead: known.officer(known.after.leadId, known.after.unitId),
  }),
  declined,
  'information-asked': ({ after, due }) => due(latest(after, 'information')),
  message: () => ({}),
  extended,
  answered: known => ({ ...decision(known, 'answer'), lead: signedBy(known) }),
  'answer-corrected': known => ({
    ...decision(known, standingAnswer(known.after)?.tier ?? 'answer'),
    lead: signedBy(known),
  }),
  reminder: ({ after, due }) => due(latest(after, 'silence')),
  'review-decided': reviewDecided,
  closed: ({ after, context, date }) => {
    const until = reopenUntil(after, context)
    return until ? { until: date(until) } : {}
  },
  reopened: known => owedNext(known, 'answer'),
  'due-date-changed': ({ before, event, due }) => {
    const changed = event.data['obligation'] as unknown as Obligation
    const earlier = before?.obligations.find(one => one.id === changed.id)
    return { ...due(changed), oldDue: due(earlier).due ?? '' }
  },
  'identity-opened': ({ event, date, staffUnit, after }) => ({
    date: date(event.at),
    purpose: String(event.text?.['purpose'] ?? ''),
    unit: staffUnit(String(event.data['staffId']), after.unitId),
  }),
}

/** Which unit has it, and what it owes next (or of one kind) by when. */
function owedNext({ after, unit, due }: Known, kind?: Obligation['kind']): Values {
  return { unit: unit(after.unitId), ...due((kind && latest(after, kind)) ?? nextOwed(after)) }
}

function declined({ event, after, context, language, review }: Known): Values {
  const reason = context.pack.notAccepted.find(one => one.code === event.data['reason'])
  return {
    reason: [reason?.text[language], event.text?.['text']].filter(Boolean).join('\n'),
    remedy: reason?.remedy[language] ?? '',
    authority: reason?.authority[language] ?? '',
    reviewRight: review('answer', after),
  }
}

function extended({ before, after, event, due, context, sourceText }: Known): Values {
  const clock = latest(after, 'answer')
  const source = clock && findDeadline(context.pack, clock.rule)?.extension?.source
  return {
    ...due(clock),
    ...(source && { rule: sourceText(source) }),
    oldDue: (before && due(latest(before, 'answer')).due) ?? '',
    reason: String(event.text?.['text'] ?? ''),
  }
}

function decision({ event, after, context, language, review }: Known, tier: Tier): Values {
  const { outcome } = event.data
  const named =
    tier === 'answer'
      ? context.pack.outcomes.find(one => one.code === outcome)?.name
      : context.pack.review.tiers.find(one => one.tier === tier)?.outcomes.find(one => one.code === outcome)
          ?.name
  return { outcome: named?.[language] ?? '', reviewRight: review(tier, after) }
}

function reviewDecided(known: Known): Values {
  const { event, after, unit, due, t } = known
  const tier = event.data['tier'] as Tier
  const values = { ...decision(known, tier), unit: unit(String(event.data['unitId'])), lead: signedBy(known) }
  if (event.data['outcome'] !== 'sent-back') return values
  // Sent back, the matter is decided anew: what is reviewed next is the answer that comes.
  return { ...values, reviewRight: t('notify.sent-back', { due: due(latest(after, 'answer')).due ?? '' }) }
}

function signedBy({ event, after, officer }: Known): string {
  return officer(String(event.data['leadId']), after.unitId)
}

function latest(state: CaseState, kind: Obligation['kind']): Obligation | undefined {
  return state.obligations.findLast(one => one.kind === kind)
}

/** How things are called and written for one reader. */
function reader({ organisation, pack, timing }: Context, language: Lang) {
  const t: T = translator(language)
  const unit = (id: string) => organisation.units.get(id)?.name[language] ?? ''
  const date = (instant: Temporal.Instant) => {
    const { hour, minute } = instant.toZonedDateTimeISO(timing.timeZone)
    // Deadlines in days end with their last day; only those in minutes and half days have a time worth saying.
    const format = hour === 23 && minute === 59 ? formatDate : formatDateTime
    return format(instant, language, timing.timeZone)
  }
  const sourceText = (source: Source) =>
    source === 'local example'
      ? t('notify.local-example')
      : source.article
        ? t('notify.source', { rule: source.rule[language], article: source.article[language] })
        : source.rule[language]
  const due = (one: Obligation | undefined): { due?: string; rule?: string } => {
    if (!one) return {}
    const source = findDeadline(pack, one.rule)?.source
    const written = date(Temporal.Instant.from(one.due))
    return {
      due: one.provisional ? t('notify.provisional', { date: written }) : written,
      ...(source && { rule: sourceText(source) }),
    }
  }
  return {
    t,
    unit,
    date,
    due,
    sourceText,
    /** How and until when what was decided at a tier can be reviewed. */
    review: (decided: Tier, after: CaseState) => {
      const window = latest(after, decided === 'answer' ? 'ask-review' : 'ask-final-review')
      return reviewRight(pack, decided, language, due(window).due ?? '')
    },
    /** The name of an official; of their unit, where nobody is named. */
    officer: (id: string | null, unitId: string) => organisation.officers.get(id ?? '')?.name ?? unit(unitId),
    staffUnit: (id: string, otherwise: string) =>
      unit(organisation.officers.get(id)?.grants[0]?.unitId ?? otherwise),
  }
}
