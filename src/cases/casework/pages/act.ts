import type { Fault } from '../../../platform/errors.ts'
import { formatDateTime } from '../../../platform/i18n/dates.ts'
import { caseNumber } from '../../../ui/case/numbers.ts'
import { insetText, warningText } from '../../../ui/content/callouts.ts'
import { button, buttonGroup, linkButton } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { formState, type Typed } from '../../../ui/form/form-state.ts'
import { type Content, html, nothing } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { hiddenFields, typedTexts } from '../../../ui/typed-texts.ts'
import type { StaffAction } from '../../allowed-actions.ts'
import type { AnyAct } from '../act.ts'
import type { StaffView } from '../reads.ts'
import { asked } from './asked.ts'

/** A form as it is shown: first, again with faults, or again because somebody moved the case on meanwhile. */
export type Shown = {
  action: StaffAction
  act: AnyAct
  typed?: Typed
  faults?: readonly Fault[]
  /** Set where the case has moved on: what happened, as a text key with its values. */
  conflict?: { text: string; values: Record<string, string | number> } | undefined
  /** The key that makes sending twice once. */
  key: string
}

/** The page of one act: what it comes to, its fields, and nothing else. */
export function actPage(ctx: PageContext, view: StaffView, shown: Shown): Page {
  const { t } = ctx
  const { action, act, typed = {}, faults = [], conflict, key } = shown
  const state = formState(t, typed, faults)
  const hidden = { _seen: view.record.seq, _key: key }
  const send = act.preview ? t('staff.preview') : t(`staff.send.${action}`)
  const body = html`${act.fields?.({ ctx, view, form: state, typed })}${buttonGroup(
    button({ text: send, ...(act.preview && { name: '_step', value: 'preview' }) }),
    html`<a class="govuk-link" href="/cases/${view.record.state.number}">${t('staff.cancel')}</a>`,
  )}`
  return {
    ...frame(ctx, view, action),
    invalid: state.invalid,
    keepForm: { id: 'act', action: `/cases/${view.record.state.number}/${action}` },
    main: beside(
      ctx,
      view,
      html`${state.summary}${conflict && html`${movedOn(ctx, conflict)}${insetText(html`${t('staff.conflict.go-on')} <a class="govuk-link" href="/cases/${view.record.state.number}#record">${t('staff.conflict.look')}</a>`)}`}${heading(ctx, view, action)}${act.about?.({ ctx, view })}
${form({ id: 'act', action: `/cases/${view.record.state.number}/${action}`, files: act.files, hidden, content: body })}`,
    ),
  }
}

/** What an act comes to, before it is done; what was typed goes along unseen. */
export function previewPage(
  ctx: PageContext,
  view: StaffView,
  { action, typed = {}, key }: Shown,
  preview: Content,
): Page {
  const { t } = ctx
  const path = `/cases/${view.record.state.number}/${action}`
  const fields = Object.entries(typed).flatMap(([name, value]) =>
    name.startsWith('_') ? [] : [value ?? ''].flat().map((one): [string, string] => [name, one]),
  )
  const hidden = { _seen: view.record.seq, _key: key }
  return {
    ...frame(ctx, view, action),
    keepForm: { id: 'act', action: path },
    main: beside(
      ctx,
      view,
      html`${heading(ctx, view, action)}<h2 class="govuk-heading-m">${t(`staff.preview.title.${action === 'extend' ? 'extend' : 'decision'}`)}</h2>${preview}
${form({
  id: 'act',
  action: path,
  hidden,
  content: html`${hiddenFields(fields)}${buttonGroup(
    button({ text: t(`staff.send.${action}`), name: '_step', value: 'send' }),
    button({ text: t('staff.preview.change'), kind: 'secondary', name: '_step', value: 'edit' }),
    html`<a class="govuk-link" href="/cases/${view.record.state.number}">${t('staff.cancel')}</a>`,
  )}`,
})}`,
    ),
  }
}

/** An act that is not possible any more: why, what was typed to be copied, and the way back. */
export function tooLatePage(
  ctx: PageContext,
  view: StaffView,
  {
    action,
    typed = {},
    conflict,
  }: Pick<Shown, 'action' | 'typed'> & { conflict: NonNullable<Shown['conflict']> },
): Page {
  const { t } = ctx
  const texts = typedTexts(
    Object.entries(typed).flatMap(([name, value]) =>
      [value ?? ''].flat().map((one): [string, string] => [name, one]),
    ),
  )
  return {
    ...frame(ctx, view, action),
    main: html`${heading(ctx, view, action)}${movedOn(ctx, conflict)}
${texts !== nothing && html`<h2 class="govuk-heading-m">${t('errors.typed')}</h2>${texts}`}
${linkButton({ text: t('staff.back-to-case'), href: `/cases/${view.record.state.number}` })}`,
  }
}

function frame({ t }: PageContext, { record }: StaffView, action: StaffAction) {
  return {
    title: `${t(`staff.do.${action}`)} – ${record.state.number}`,
    wide: true,
    before: backLink(t, `/cases/${record.state.number}`),
  }
}

/** A form with what the case is about beside it, so that nobody has to go back and forth. */
export function beside(ctx: PageContext, view: StaffView, content: Content): Content {
  return html`<div class="app-act"><div>${content}</div><aside class="app-act__case" aria-label="${ctx.t('staff.case.asked')}">${asked(ctx, view)}</aside></div>`
}

/** What is to be done, and to which case. */
export function heading({ t }: PageContext, { record }: StaffView, action: StaffAction): Content {
  return html`<h1 class="govuk-heading-l"><span class="govuk-caption-m">${caseNumber(record.state.number)} · ${record.subject}</span>${t(`staff.do.${action}`)}</h1>`
}

function movedOn(
  { t, lang, tenant }: PageContext,
  { text, values }: NonNullable<Shown['conflict']>,
): Content {
  const { when } = values
  const at =
    typeof when === 'string' ? formatDateTime(Temporal.Instant.from(when), lang, tenant.timeZone) : ''
  return warningText(t, t.stored(text, { ...values, ...(at && { when: at }) }))
}
