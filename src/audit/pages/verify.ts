import type { TextKey } from '../../platform/i18n/text-key.ts'
import { details, insetText } from '../../ui/content/callouts.ts'
import { type Content, type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { rich } from '../../ui/rich-text.ts'

const limits = ['minute', 'who', 'keys'] as const

/** In plain words: what the record is, how anybody can check it with no help from here, and what that does not show. */
export function verifyPage({ t }: PageContext, { firstKey }: { firstKey: string | undefined }): Page {
  const link = (href: string, key: TextKey, download = false): Html =>
    html`<a class="govuk-link" href="${href}"${download && html` download`}>${t(key)}</a>`
  const steps: Content[] = [
    html`${rich(t, 'audit.about.keep.fetch', {
      checkpoints: link('/audit/checkpoints.jsonl', 'audit.about.file.checkpoints', true),
      keys: link('/audit/keys.json', 'audit.about.file.keys', true),
      program: link('/audit/check.mjs', 'audit.about.file.program', true),
    })}`,
    html`${t('audit.about.keep.note')}${firstKey && html` <code>${firstKey}</code>`}`,
    t('audit.about.keep.elsewhere'),
  ]
  return {
    title: t('audit.about.title'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h1 class="govuk-heading-l">${t('audit.about.title')}</h1>
<p class="govuk-body-l">${t('audit.about.lead')}</p>
<p class="govuk-body">${t('audit.about.chain')}</p>
<p class="govuk-body">${rich(t, 'audit.about.published', { link: link('/audit/checkpoints', 'audit.about.file.here') })}</p>
${insetText(t('audit.about.nobody'))}
<h2 class="govuk-heading-m">${t('audit.about.keep')}</h2>
<ol class="govuk-list govuk-list--number">${steps.map(step => html`<li>${step}</li>`)}</ol>
<h2 class="govuk-heading-m">${t('audit.about.check')}</h2>
<p class="govuk-body">${t('audit.about.check.text')}</p>
${commands('node check.mjs checkpoints.jsonl keys.json', `node check.mjs checkpoints.jsonl keys.json --earlier ${t('audit.about.earlier-file')}`)}
<p class="govuk-body">${t('audit.about.check.program')}</p>
<h2 class="govuk-heading-m">${t('audit.about.case')}</h2>
<p class="govuk-body">${rich(t, 'audit.about.case.text', { link: link('/follow', 'audit.about.file.follow') })}</p>
${commands('node check.mjs checkpoints.jsonl keys.json --case proof.json')}
<h2 class="govuk-heading-m">${t('audit.about.limits')}</h2>
<ul class="govuk-list govuk-list--bullet">${limits.map(one => html`<li>${t(`audit.about.limits.${one}`)}</li>`)}</ul>
${details({
  summary: t('audit.about.formats'),
  content: html`<p class="govuk-body">${t('audit.about.formats.text')}</p><ul class="govuk-list govuk-list--bullet">${formats.map(
    line => html`<li><code>${line}</code></li>`,
  )}</ul>`,
})}
</div></div>`,
  }
}

// Names and formulas, the same in every language; in full in docs/record.md.
const formats = [
  'event: SHA-256("answerable event 1\\n" ‖ previous ‖ canonical JSON { actor, at, data, sealed, seq, stream, tenant, type })',
  'first: SHA-256("answerable genesis 1\\n" ‖ tenant ‖ "/" ‖ stream)',
  'leaf: SHA-256(0x00 ‖ "<stream> <seq> <hash>"); node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962)',
  'signed: "answerable checkpoint 1\\n" ‖ canonical JSON (RFC 8785) { at, key, nextKey, no, previous, root, size, tenant }; Ed25519 (RFC 8032)',
]

function commands(...lines: string[]): Html {
  return html`<p class="govuk-body">${lines.map((line, i) => [i > 0 && html`<br>`, html`<code>${line}</code>`])}</p>`
}
