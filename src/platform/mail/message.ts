import type { SendMailOptions } from 'nodemailer'

/** A name and an address, as in `Town Office <answers@example.org>`. */
export type MailAddress = { readonly name: string; readonly address: string }

/** One e-mail to one person. */
export type Mail = {
  /** Identifies the e-mail: sent again under the same id it is the same message to servers and mail programs. */
  readonly id: string
  /** When it was written; also its date, so that a later try is the same message. */
  readonly at: Temporal.Instant
  readonly from: MailAddress
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** How messages leave: over SMTP, or into files. */
export type Transport = {
  send(mail: Mail, message: SendMailOptions): Promise<void>
  verify(): Promise<void>
  close(): void
}

/** An e-mail was not sent; `retryable` says whether sending it later may help. */
export class MailFailed extends Error {
  override readonly name = 'MailFailed'
  readonly retryable: boolean
  constructor(message: string, retryable: boolean, cause?: unknown) {
    super(message, { cause })
    this.retryable = retryable
  }
}

/**
 * The message as the transport takes it: plain text with HTML beside it, and marked as automatic, so that absence
 * notes and lists do not answer it (RFC 3834). Throws MailFailed for a recipient that is not one plain address.
 */
export function toMessage(mail: Mail): SendMailOptions {
  if (!isOneAddress(mail.to)) throw new MailFailed('the recipient is not an address', false)
  return {
    from: { ...mail.from },
    to: { name: '', address: mail.to },
    // Taken from here and not from the headers, so that nothing in those can add a recipient.
    envelope: { from: mail.from.address, to: [mail.to] },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    headers: { ...mail.headers, 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    messageId: messageId(mail),
    date: new Date(mail.at.epochMilliseconds),
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The Message-ID of an e-mail (RFC 5322 section 3.6.4), in angle brackets. */
export function messageId(mail: Mail): string {
  return `<${mail.id.replace(/[^\w.-]/g, '_')}@${mail.from.address.split('@').pop()}>`
}

/** Whether a text is one e-mail address, such as a person may have typed, and not a list or a header. */
export function isOneAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]+\.[^\s@<>()[\]\\,;:".\p{C}]+$/u.test(text)
  )
}
