import { inLang } from '../../../obligations/wording.ts'
import { categoryPath, findCategory } from '../../../packs/rules.ts'
import type { Fault } from '../../../platform/errors.ts'
import { written } from '../../../ui/case/messages.ts'
import { insetText, warningText } from '../../../ui/content/callouts.ts'
import { type SummaryRow, summaryList } from '../../../ui/content/summary-list.ts'
import { button, buttonGroup, linkButton } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import { answeredQuestions } from '../../category-answers.ts'
import { categoryAnswers } from '../category-fields.ts'
import type { Answers } from '../draft.ts'
import { faultsOf } from '../forms.ts'
import { type Step, stepsFor } from '../steps.ts'
import type { Question } from './question.ts'

/** Everything that will be sent, each with its change link; sent only when nothing is missing. */
export function checkPage(question: Question & { seen: string; changed: boolean }): Page {
  const { ctx, answers, choices, faults, seen, changed } = question
  const { t } = ctx
  const faulty = stepsFor(answers).flatMap(step =>
    [...faultsOf(step, answers, choices), ...(step === 'kind' ? faults : [])].map(fault => ({ step, fault })),
  )
  const title = t('raise.check.title')
  const last = stepsFor(answers).at(-1) ?? 'about'
  return {
    title,
    invalid: faulty.length > 0,
    before: backLink(t, `/raise/${last}`),
    main: html`${faultList(question, faulty)}
<h1 class="govuk-heading-l">${title}</h1>
${changed && warningText(t, t('raise.check.changed'))}
${summaryList(stepsFor(answers).flatMap(step => rowsOf(question, step)))}
${
  faulty[0]
    ? linkButton({ text: t('raise.check.go'), href: addressOf(faulty[0]) })
    : html`${insetText(t('raise.check.next'))}${form({
        action: '/raise/send',
        hidden: { seen },
        content: buttonGroup(
          button({ text: t('raise.send') }),
          html`<a class="govuk-link" href="/raise/start-again">${t('raise.start-again')}</a>`,
        ),
      })}`
}`,
  }
}

type Faulty = { step: Step; fault: Fault }

const addressOf = ({ step, fault }: Faulty) => `/raise/${step}?back=check#${fault.field}`

/** Like the summary of a form, but each fault is mended on the page of its question. */
function faultList({ ctx: { t } }: Question, faulty: readonly Faulty[]): Content {
  if (faulty.length === 0) return undefined
  return html`<div class="govuk-error-summary" tabindex="-1" data-focus><div role="alert">
<h2 class="govuk-error-summary__title">${t('raise.check.faults')}</h2>
<div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list">${faulty.map(
    one => html`<li><a href="${addressOf(one)}">${t.stored(one.fault.text, one.fault.values)}</a></li>`,
  )}</ul></div>
</div></div>`
}

function rowsOf(question: Question, step: Step): SummaryRow[] {
  const { t } = question.ctx
  return facts[step](question).map(({ key, value }) => ({
    key,
    value: value || t('raise.check.empty'),
    change: { href: `/raise/${step}?back=check`, text: t('raise.check.change'), hidden: key },
  }))
}

type FactsOf = (question: Question) => { key: string; value: Content }[]

const facts: Record<Step, FactsOf> = {
  kind: ({ ctx: { t }, answers, choices: { pack } }) => {
    const kind = pack.kinds.find(one => one.code === answers.kind)
    return [{ key: t('raise.check.kind'), value: kind && inLang(t, kind.name) }]
  },
  category: ({ ctx: { t }, answers, choices: { pack } }) => {
    const category = findCategory(pack, answers.category ?? '')
    const path = category ? categoryPath(pack, category.code).toReversed() : []
    return [{ key: t('raise.check.category'), value: path.map(one => inLang(t, one.name)).join(' › ') }]
  },
  what: ({ ctx: { t }, answers, choices: { pack } }) => [
    { key: t('raise.check.what'), value: answers.what?.trim() && written(answers.what.trim()) },
    ...(answers.wanted?.trim()
      ? [{ key: t('raise.check.wanted'), value: written(answers.wanted.trim()) }]
      : []),
    ...answeredQuestions(t, pack, answers.category ?? '', categoryAnswers(pack, answers)).map(
      ({ question, answer }) => ({ key: question, value: answer }),
    ),
  ],
  where: ({ ctx: { t }, answers, choices }) => {
    const [unitId = '', index = ''] = (answers.area ?? '').split('.')
    const area = choices.organisation.units.get(unitId)?.areas[Number(index || 'none')]
    const pin =
      answers.latitude?.trim() &&
      t('raise.check.pin', { latitude: answers.latitude, longitude: answers.longitude ?? '' })
    const lines = [answers.address?.trim(), area && inLang(t, area), pin].filter(Boolean)
    return [{ key: t('raise.check.where'), value: lines.length > 0 && written(lines.join('\n')) }]
  },
  files: ({ ctx: { t }, files }) => [
    {
      key: t('raise.check.files'),
      value:
        files.length > 0 ? written(files.map(file => file.name).join('\n')) : t('raise.check.files.none'),
    },
  ],
  you: ({ ctx: { t }, answers }) => [
    { key: t('raise.check.you'), value: isProtection(answers) && t(`raise.you.${answers.protection}`) },
  ],
  contact: ({ ctx: { t }, answers }) => {
    const reach = [answers.email?.trim(), answers.phone?.trim()].filter(Boolean).join('\n')
    return [
      { key: t('raise.contact.name'), value: answers.name?.trim() },
      { key: t('raise.check.contact'), value: reach ? written(reach) : t('raise.check.contact.none') },
    ]
  },
  about: ({ ctx: { t }, answers, choices: { organisation } }) => {
    const unit = organisation.units.get(answers.unit ?? '')?.name[t.lang]
    const named = answers.named?.trim()
    const which = unit ?? (answers.unit === 'unsure' ? t('raise.about.unit.unsure') : undefined)
    const lines = [
      answers.own === 'no' && t('raise.about.no'),
      answers.own === 'yes' && t('raise.about.yes'),
      answers.own === 'yes' && which,
      answers.own === 'yes' && named && t('raise.check.about.named', { named }),
      answers.retaliation === 'yes' && t('raise.check.retaliation'),
    ].filter(Boolean)
    return [{ key: t('raise.check.about'), value: lines.length > 0 && written(lines.join('\n')) }]
  },
}

function isProtection(
  answers: Answers,
): answers is Answers & { protection: 'named' | 'protected' | 'anonymous' } {
  return ['named', 'protected', 'anonymous'].includes(answers.protection ?? '')
}
