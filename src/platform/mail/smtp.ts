import { createTransport } from 'nodemailer'
import { type MailAddress, MailFailed, type Transport } from './message.ts'

const second = 1000

/**
 * Sends over SMTP, keeping a few connections open. The address may set any option of nodemailer in its query, such as
 * `?tls.rejectUnauthorized=false`, and `from`, the address that e-mail comes from.
 */
export function smtpTransport(smtpUrl: string): Transport {
  const transporter = createTransport({ url: smtpUrl, ...smtpOptions(smtpUrl) })
  return {
    async send(_mail, message) {
      await transporter.sendMail(message).catch(error => {
        throw toMailFailed(error)
      })
    },
    async verify() {
      await transporter.verify().catch(error => {
        throw toMailFailed(error)
      })
    },
    close: () => transporter.close(),
  }
}

/** What holds unless the address says otherwise. */
export function smtpOptions(smtpUrl: string) {
  const url = new URL(smtpUrl)
  const near = /^(localhost|127\..*|\[::1\])$/.test(url.hostname)
  return {
    pool: true as const,
    maxConnections: 3,
    connectionTimeout: 10 * second,
    greetingTimeout: 10 * second,
    socketTimeout: 60 * second,
    // A password must not cross a network in the clear because someone in between hid that the server can encrypt.
    requireTLS: url.username !== '' && !near,
  }
}

/** Where e-mail comes from: `from` in the address of the server, its user name if that is one, else no-reply@host. */
export function senderAddress(smtpUrl: string | undefined, host: string, name: string): MailAddress {
  const url = smtpUrl ? URL.parse(smtpUrl) : null
  const user = decodeURIComponent(url?.username ?? '')
  return { name, address: url?.searchParams.get('from') ?? (user.includes('@') ? user : `no-reply@${host}`) }
}

// Only an answer to this recipient or to this message is final. A server that does not know us, refuses the sender or
// cannot be reached is for the administrator to mend, and the e-mail is to leave then.
function toMailFailed(error: unknown): MailFailed {
  const { code, command, responseCode } = error as { code?: string; command?: string; responseCode?: number }
  const permanent =
    responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA')
  const invalid = command === 'API' && (code === 'EENVELOPE' || code === 'EMESSAGE')
  const answer = responseCode ? `the server answered ${responseCode} to ${command}` : (code ?? String(error))
  // The server's own words may repeat the recipient's address, and messages end up in the log.
  return new MailFailed(`e-mail not sent: ${answer}`, !(permanent || invalid))
}
