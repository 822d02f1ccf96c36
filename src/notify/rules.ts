import type { Pack, TemplateCode } from '../packs/schema.ts'
import { notice } from '../packs/templates.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { MailAddress } from '../platform/mail/message.ts'
import { type Content, html, join } from '../ui/html.ts'

/** A notice as it is sent: the same words as plain text and as HTML. */
export type Notice = { readonly subject: string; readonly text: string; readonly html: string }

/** What fills a template's placeholders: dates written out, names in the reader's language. */
export type NoticeValues = Readonly<Record<string, string>>

/** Names one notice: of which event of which case, by which of the pack's texts. The job's payload; no personal data. */
export type NoticeKey = { tenant: number; caseId: string; seq: number; template: TemplateCode }

/** Everything a notice needs, read when it is sent: the address and the words are never in the queue. */
export type Letter = {
  readonly to: string
  readonly from: MailAddress
  /** When the event happened. */
  readonly at: Temporal.Instant
  readonly pack: Pack
  readonly language: Lang
  readonly values: NoticeValues
}

/**
 * What a person is told about their case: the pack's text with its placeholders filled. Throws RangeError when one has
 * no value, so that a notice with a gap is never sent. Words that people wrote are text here, never markup or links.
 */
export function noticeFor(pack: Pack, template: TemplateCode, language: Lang, values: NoticeValues): Notice {
  const { subject, body } = notice(pack, template, language, values)
  return {
    subject: subject.replace(/\s+/g, ' ').trim(),
    text: `${body.trimEnd()}\n`,
    html: toHtml(body.trimEnd(), language, values.link ?? ''),
  }
}

function toHtml(body: string, language: Lang, link: string): string {
  const paragraphs = body.split(/\n{2,}/).map(paragraph => html`<p>${lines(paragraph, link)}</p>`)
  const page = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"></head>
<body style="font: 16px/1.6 sans-serif; max-width: 36em">${paragraphs}</body></html>`
  return page.toString()
}

// Only our own link is made one: an address in a text that somebody wrote stays words.
function lines(paragraph: string, link: string): Content {
  return join(
    paragraph.split('\n').map(line => html`${linked(line, link)}`),
    html`<br>`,
  )
}

function linked(line: string, link: string): Content {
  if (link === '') return line
  const anchor = html`<a href="${link}">${link}</a>`
  return line.split(link).map((piece, at) => (at === 0 ? piece : [anchor, piece]))
}
