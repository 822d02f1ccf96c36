import { inLang, lengthText } from '../../../obligations/wording.ts'
import { findDeadline } from '../../../packs/rules.ts'
import { languageNames } from '../../../platform/i18n/languages.ts'
import { insetText } from '../../../ui/content/callouts.ts'
import { type Choice, radios } from '../../../ui/form/choices.ts'
import { select } from '../../../ui/form/select.ts'
import { html } from '../../../ui/html.ts'
import {
  acceptCase,
  askInformation,
  assignCase,
  confirmRedirect,
  declineCase,
  proposeRedirect,
  refuseRedirect,
} from '../../actions/staff.ts'
import { officerName, unitName } from '../../follow/names.ts'
import { canHandle } from '../../rules/handling.ts'
import { isAbout } from '../../rules/routing.ts'
import { running } from '../../rules/state.ts'
import { act } from '../act.ts'
import { refuse, requiredText, textFaults, textField, textOf } from '../fields.ts'

/** Takes a case in hand. */
export const accept = act({
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.accept')}</p>`,
  read: () => undefined,
  run: (office, actor, on) => acceptCase(office, actor, on),
})

/** Does not accept it: each of the pack's reasons brings its own text to start from. */
export const decline = act({
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.decline')}</p>`,
  fields: ({ ctx: { t }, view, form }) => {
    const { pack } = view.context
    const { language } = view.record.state
    const choices = pack.notAccepted.map((one): Choice => {
      return {
        value: one.code,
        label: inLang(t, one.text),
        reveals: html`${insetText(
          html`<p class="govuk-body-s"><strong>${t('staff.decline.remedy')}</strong> ${inLang(t, one.remedy)}</p><p class="govuk-body-s"><strong>${t('staff.decline.authority')}</strong> ${inLang(t, one.authority)}</p>`,
        )}${textField(t, form, `text-${one.code}`, {
          label: t('staff.decline.text'),
          initial: `${one.text[language]} ${one.remedy[language]}`,
          hint: t('staff.reads', { language: languageNames[language] }),
          rows: 4,
        })}`,
      }
    })
    return radios(t, { ...form.field('reason'), label: t('staff.decline.reason'), labelSize: 's', choices })
  },
  read: (typed, { view }) => {
    const reason = textOf(typed, 'reason')
    if (!view.context.pack.notAccepted.some(one => one.code === reason))
      refuse([{ field: 'reason', text: 'cases.refused.reason' }])
    return { reason, text: requiredText(typed, `text-${reason}`) }
  },
  run: (office, actor, on, input: { reason: string; text: string }) => declineCase(office, actor, on, input),
})

/** Says that a case belongs to another unit. Units it is about are not in the list. */
export const proposeRedirectAct = act({
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.propose-redirect')}</p>`,
  fields: ({ ctx: { t }, view, form }) => {
    const { state } = view.record
    const { organisation, pack } = view.context
    const units = [...organisation.units.values()].filter(
      unit => unit.active && unit.id !== state.unitId && !isAbout(unit, state.aboutUnits),
    )
    const choices = pack.notOurs.map(one => ({
      value: one.code,
      label: inLang(t, one.text),
      hint: inLang(t, one.remedy),
    }))
    return html`${select(t, {
      ...form.field('to'),
      label: t('staff.redirect.to'),
      labelSize: 's',
      hint: state.aboutUnits.length > 0 ? t('staff.redirect.to.hint') : undefined,
      options: [
        { value: '', text: t('staff.choose') },
        ...units.map(unit => ({
          value: unit.id,
          text: `${'\u2003'.repeat(unit.path.length - 1)}${unit.name[t.lang]}`,
        })),
      ],
    })}${radios(t, { ...form.field('reason'), label: t('staff.redirect.reason'), labelSize: 's', choices })}${textField(
      t,
      form,
      'text',
      { label: t('staff.redirect.text'), hint: t('staff.reads-too') },
    )}`
  },
  read: (typed, { view }) => {
    const [to, reason] = [textOf(typed, 'to'), textOf(typed, 'reason')]
    const { organisation, pack } = view.context
    refuse([
      ...(organisation.units.has(to) ? [] : [{ field: 'to', text: 'cases.refused.receiver' }]),
      ...(pack.notOurs.some(one => one.code === reason)
        ? []
        : [{ field: 'reason', text: 'cases.refused.reason' }]),
      ...textFaults(typed, 'text', true),
    ])
    return { to, reason, text: textOf(typed, 'text') }
  },
  run: (office, actor, on, input: { to: string; reason: string; text: string }) =>
    proposeRedirect(office, actor, on, input),
})

/** The unit that was asked takes the case over. */
export const confirmRedirectAct = act({
  about: ({ ctx: { t }, view: { record, context } }) => {
    const { redirect } = record.state
    const names = {
      from: unitName(t, context, redirect?.from ?? ''),
      to: unitName(t, context, redirect?.to ?? ''),
    }
    const said = record.events.findLast(event => event.type === 'redirect.proposed')?.text?.text
    return html`<p class="govuk-body">${t('staff.about.confirm-redirect', names)}</p>${typeof said === 'string' && insetText(html`<div class="app-written">${said}</div>`)}`
  },
  read: () => undefined,
  run: (office, actor, on) => confirmRedirect(office, actor, on),
})

/** The unit that was asked does not take it over. */
export const refuseRedirectAct = act({
  about: ({ ctx: { t }, view: { record, context } }) =>
    html`<p class="govuk-body">${t('staff.about.refuse-redirect', { from: unitName(t, context, record.state.redirect?.from ?? '') })}</p>`,
  fields: ({ ctx: { t }, form }) =>
    textField(t, form, 'text', { label: t('staff.redirect.refuse.text'), hint: t('staff.reads-too') }),
  read: typed => ({ text: requiredText(typed, 'text') }),
  run: (office, actor, on, input: { text: string }) => refuseRedirect(office, actor, on, input),
})

/** Names who works a case and who answers for it: only those who can have a part in it are in the lists. */
export const assign = act({
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.assign')}</p>`,
  fields: ({ ctx: { t }, view, form, typed }) => {
    const { record, context } = view
    const { state } = record
    const able = [...context.organisation.officers.values()].filter(one => canHandle(state, one.id, context))
    const list = (name: 'ownerId' | 'leadId', label: string, now: string | null) =>
      select(t, {
        ...form.field(name),
        value: typed[name] === undefined ? (now ?? '') : textOf(typed, name),
        label,
        labelSize: 's',
        options: [
          { value: '', text: t('staff.queue.nobody') },
          ...able.map(one => ({ value: one.id, text: officerName(t, context, one.id) ?? one.name })),
        ],
      })
    return html`${list('ownerId', t('staff.owner'), state.ownerId)}${list('leadId', t('staff.lead'), state.leadId)}`
  },
  read: typed => ({ ownerId: textOf(typed, 'ownerId') || null, leadId: textOf(typed, 'leadId') || null }),
  run: (office, actor, on, input: { ownerId: string | null; leadId: string | null }) =>
    assignCase(office, actor, on, input),
})

/** Asks the resident; says whether the clock stands still meanwhile, and for how long at most. */
export const askInformationAct = act({
  about: ({ ctx: { t }, view: { record, context } }) => {
    const clock = running(record.state).find(one => one.kind === 'answer')
    const rule =
      clock && findDeadline(context.pack, clock.rule)?.pauses?.find(one => one.cause === 'information')
    const used = clock?.pauses.filter(one => one.cause === 'information').length ?? 0
    const pauses = rule?.max && used < rule.times ? lengthText(t, rule.max) : undefined
    return html`<p class="govuk-body">${pauses ? t('staff.about.ask-information', { length: pauses }) : t('staff.about.ask-information.no-pause')}</p>`
  },
  fields: ({ ctx: { t }, view, form }) =>
    textField(t, form, 'text', {
      label: t('staff.ask.text'),
      hint: t('staff.reads', { language: languageNames[view.record.state.language] }),
    }),
  read: typed => ({ text: requiredText(typed, 'text') }),
  run: (office, actor, on, input: { text: string }) => askInformation(office, actor, on, input),
})
