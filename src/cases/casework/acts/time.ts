import { endOfDay } from '../../../obligations/count.ts'
import { dueText, lengthText, sourceText } from '../../../obligations/wording.ts'
import type { Length } from '../../../packs/schema.ts'
import { BadInput } from '../../../platform/errors.ts'
import { languageNames } from '../../../platform/i18n/languages.ts'
import { summaryList } from '../../../ui/content/summary-list.ts'
import { dateInput } from '../../../ui/form/date-input.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { html } from '../../../ui/html.ts'
import { refusalError } from '../../actions/change-case.ts'
import { beginHearing, endHearing, extendAnswer } from '../../actions/staff.ts'
import { extendable, hearable } from '../../allowed-actions.ts'
import { ruleOf } from '../../rules/clocks.ts'
import { isRefusal } from '../../rules/decision.ts'
import { stateAfter } from '../../rules/filing.ts'
import { decideExtend } from '../../rules/handling.ts'
import { act } from '../act.ts'
import { dateOf, refuse, textFaults, textField, textOf } from '../fields.ts'

/** Gives the answer more time, once; the new date is seen before it is given. */
export const extend = act({
  about: ({ ctx: { t }, view: { record, context } }) => {
    const clock = extendable(record.state, context)
    const allowed = clock && ruleOf(clock, context).extension
    if (!allowed) return undefined
    const values = { length: lengthText(t, allowed.max), source: sourceText(t, allowed.source) }
    return html`<p class="govuk-body">${t('staff.about.extend', values)}</p>`
  },
  fields: ({ ctx: { t }, view: { record, context }, form }) => {
    const clock = extendable(record.state, context)
    const max = clock && ruleOf(clock, context).extension?.max
    return html`${textInput(t, {
      ...form.field('length'),
      label: t('staff.extend.length'),
      labelSize: 's',
      hint: max && t('staff.extend.most', { length: lengthText(t, max) }),
      suffix: max && t(`staff.unit.${max.unit}`),
      width: 4,
      inputmode: 'numeric',
    })}${textField(t, form, 'text', {
      label: t('staff.extend.reason'),
      hint: t('staff.reads', { language: languageNames[record.state.language] }),
    })}`
  },
  read: (typed, { view: { record, context } }) => {
    const clock = extendable(record.state, context)
    const max = clock && ruleOf(clock, context).extension?.max
    const n = Number(textOf(typed, 'length').normalize('NFKC'))
    const isLength = Number.isInteger(n) && n >= 1 && max !== undefined && n <= max.n
    refuse([
      ...(isLength ? [] : [{ field: 'length', text: 'staff.fault.length', values: { most: max?.n ?? 0 } }]),
      ...textFaults(typed, 'text', true),
    ])
    return { length: { n, unit: max?.unit ?? 'calendarDay' }, reason: textOf(typed, 'text') }
  },
  preview: (input: { length: Length; reason: string }, { ctx, view }) => {
    const { t, tenant } = ctx
    const { record, context, actor } = view
    const before = extendable(record.state, context)
    const decided = decideExtend(record.state, { ...input, by: actor.staffId }, context)
    if (isRefusal(decided)) throw refusalError({ field: 'length', ...decided })
    const after = stateAfter(record.state, decided.events, context).obligations.find(
      one => one.id === before?.id,
    )
    const date = (due: string | undefined) => due && dueText(t, Temporal.Instant.from(due), tenant.timeZone)
    return summaryList([
      { key: t('staff.extend.now'), value: date(before?.due) },
      { key: t('staff.extend.then'), value: html`<strong>${date(after?.due)}</strong>` },
      { key: t('staff.extend.reason'), value: html`<div class="app-written">${input.reason}</div>` },
    ])
  },
  run: (office, actor, on, input: { length: Length; reason: string }) =>
    extendAnswer(office, actor, on, input),
})

/** Begins a hearing; says for how long at most the clock stands still. */
export const beginHearingAct = act({
  about: ({ ctx: { t }, view: { record, context } }) => {
    const clock = hearable(record.state, context)
    const rule = clock && ruleOf(clock, context).pauses?.find(one => one.cause === 'hearing')
    const most = rule?.max ? lengthText(t, rule.max) : undefined
    return html`<p class="govuk-body">${most ? t('staff.about.begin-hearing', { length: most }) : t('staff.about.begin-hearing.open')}</p>`
  },
  fields: ({ ctx: { t }, form, typed }) =>
    dateInput(t, { ...form.field('until'), label: t('staff.hearing.until'), labelSize: 's', typed }),
  read: (typed, { ctx }) => {
    const { date, fault } = dateOf(typed, 'until')
    if (!date) throw new BadInput([fault ?? { field: 'until', text: 'staff.fault.date' }])
    const until = endOfDay(date, ctx.tenant.timeZone)
    refuse(Temporal.Instant.compare(until, ctx.now) > 0 ? [] : [{ field: 'until', text: 'staff.fault.past' }])
    return { until }
  },
  run: (office, actor, on, input: { until: Temporal.Instant }) => beginHearing(office, actor, on, input),
})

/** Ends a hearing. */
export const endHearingAct = act({
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.end-hearing')}</p>`,
  read: () => undefined,
  run: (office, actor, on) => endHearing(office, actor, on),
})
