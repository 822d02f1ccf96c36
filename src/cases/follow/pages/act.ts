import { dueText } from '../../../obligations/wording.ts'
import type { Fault } from '../../../platform/errors.ts'
import { acceptedTypes } from '../../../platform/files/kinds.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { written } from '../../../ui/case/messages.ts'
import { insetText, warningText } from '../../../ui/content/callouts.ts'
import { button, buttonGroup, linkButton } from '../../../ui/form/button.ts'
import { radios } from '../../../ui/form/choices.ts'
import { fileUpload } from '../../../ui/form/file-upload.ts'
import { form } from '../../../ui/form/form.ts'
import { type FormState, formState, type Typed } from '../../../ui/form/form-state.ts'
import { textarea } from '../../../ui/form/textarea.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Refusal } from '../../rules/decision.ts'
import { reviewWindow } from '../../rules/reviewing.ts'
import { type Act, reviewTier } from '../acts.ts'
import { actLimits, formFiles } from '../forms.ts'
import type { CaseView } from '../view.ts'

/** What the page of an act is shown with. */
export type ActPage = {
  act: Act
  view: CaseView
  typed: Typed
  faults: readonly Fault[]
  /** Sent with the form, so that the same form sent twice acts once. */
  key: string
  /** Said above the form: that the time had run out, or that a part of what was sent was taken. */
  notice?: string | undefined
}

/** The page on which the resident does one thing to their case. */
export function actPage(ctx: PageContext, { act, view, typed, faults, key, notice }: ActPage): Page {
  const { t } = ctx
  const { number } = view.record.state
  const state = formState(t, typed, faults)
  const { title, intro, fields, submit, warns } = asks[act](t, state, view)
  const action = `/follow/${number}/${act}`
  return {
    title,
    invalid: state.invalid,
    keepForm: { id: 'act', action },
    before: backLink(t, `/follow/${number}`),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
${state.summary}
<h1 class="govuk-heading-l">${title}</h1>
${notice && insetText(notice)}
${intro}
${form({
  id: 'act',
  action,
  files: act === 'message',
  hidden: { key },
  content: html`${fields}${buttonGroup(
    button({ text: submit, kind: warns ? 'warning' : 'primary' }),
    html`<a class="govuk-link" href="/follow/${number}">${t('follow.cancel')}</a>`,
  )}`,
})}
</div></div>`,
  }
}

type Asks = { title: string; intro?: Content; fields: Content; submit: string; warns?: boolean }

const asks: Record<Act, (t: T, state: FormState, view: CaseView) => Asks> = {
  message: (t, state, { record }) => {
    const isAsked = record.state.status === 'awaiting-resident'
    const question = record.events.findLast(one => one.type === 'information.asked')?.text?.text
    return {
      title: t(isAsked ? 'follow.asked.do' : 'follow.do.message'),
      intro:
        isAsked && typeof question === 'string'
          ? insetText(html`<strong>${t('follow.asked.title')}</strong>${written(question)}`)
          : html`<p class="govuk-body">${t('follow.message.text')}</p>`,
      fields: html`${textarea(t, { ...state.field('text'), label: t(isAsked ? 'follow.asked.label' : 'follow.message.label'), labelSize: 's', limit: actLimits.text })}
${fileUpload(t, { ...state.field('files'), label: t('follow.message.files'), labelSize: 's', hint: t('follow.message.files.hint', { files: formFiles.files, megabytes: formFiles.fileBytes / 1_000_000 }), accept: acceptedTypes, multiple: true })}`,
      submit: t('raise.send'),
    }
  },
  agree: (t, state) => ({
    title: t('follow.agree.title'),
    intro: html`<p class="govuk-body">${t('follow.agree.text')}</p>`,
    fields: rating(t, state, t('follow.agree.rating')),
    submit: t('follow.agree.do'),
  }),
  review: (t, state, { record, context }) => {
    const tier = reviewTier(record.state)
    const until = reviewWindow(record.state)
    return {
      title: t(`follow.do.${tier}`),
      intro: html`<p class="govuk-body">${t(`follow.review.text.${tier}`)}</p>${
        until &&
        html`<p class="govuk-body">${t('follow.review.until', { tier, until: dueText(t, Temporal.Instant.from(until), context.timing.timeZone) })}</p>`
      }<p class="govuk-body">${t('follow.review.safe')}</p>`,
      fields: textarea(t, {
        ...state.field('text'),
        label: t('follow.review.label'),
        labelSize: 's',
        hint: t('follow.review.hint'),
        limit: actLimits.text,
      }),
      submit: t(`follow.do.${tier}`),
    }
  },
  rate: (t, state) => ({
    title: t('follow.do.rate'),
    intro: html`<p class="govuk-body">${t('follow.rate.text')}</p>`,
    fields: rating(t, state, t('follow.rate.label')),
    submit: t('follow.rate.do'),
  }),
  reopen: (t, state, { context }) => ({
    title: t('follow.do.reopen'),
    intro: html`<p class="govuk-body">${context.pack.reopen.note[t.lang]}</p>`,
    fields: textarea(t, {
      ...state.field('text'),
      label: t('follow.reopen.label'),
      labelSize: 's',
      limit: actLimits.text,
    }),
    submit: t('follow.do.reopen'),
  }),
  withdraw: (t, state) => ({
    title: t('follow.withdraw.title'),
    intro: warningText(t, t('follow.withdraw.text')),
    fields: textarea(t, {
      ...state.field('text'),
      label: t('follow.withdraw.label'),
      labelSize: 's',
      rows: 3,
      limit: actLimits.text,
    }),
    submit: t('follow.withdraw.do'),
    warns: true,
  }),
}

function rating(t: T, state: FormState, label: string): Content {
  return radios(t, {
    ...state.field('rating'),
    label,
    labelSize: 's',
    choices: ([5, 4, 3, 2, 1] as const).map(n => ({ value: String(n), label: t(`follow.rating.${n}`) })),
  })
}

/** Why something is not possible as the case stands, with what was typed to be copied, and what is possible. */
export function refusedPage(
  ctx: PageContext,
  { view, refusal, typed }: { view: CaseView; refusal: Refusal; typed: string },
): Page {
  const { t } = ctx
  const { number } = view.record.state
  const title = t('follow.refused.title')
  return {
    title,
    before: backLink(t, `/follow/${number}`),
    main: html`<h1 class="govuk-heading-l">${title}</h1><p class="govuk-body">${t.stored(refusal.refused, refusal.values)}</p>
${typed && html`<h2 class="govuk-heading-s">${t('errors.typed')}</h2>${insetText(written(typed))}<p class="govuk-body"><a class="govuk-link" href="/follow/${number}/message">${t('follow.refused.message')}</a></p>`}
${buttonGroup(linkButton({ text: t('follow.back'), href: `/follow/${number}` }), html`<a class="govuk-link" href="/follow/${number}#where-else">${t('follow.where-else')}</a>`)}`,
  }
}
