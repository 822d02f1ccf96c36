import { join } from 'node:path'
import type { Log } from '../log.ts'
import { fileTransport, sweepLetters } from './file.ts'
import { type Mail, toMessage } from './message.ts'
import { smtpTransport } from './smtp.ts'

/** Sends e-mail, or writes it to files where no server is set. */
export type Mailer = {
  /** `file`: nobody is told anything until an administrator sets SMTP_URL, and that should be said. */
  readonly mode: 'smtp' | 'file'
  /** Resolves once the server took the e-mail, or its file is on disk. Rejects with MailFailed. */
  send(mail: Mail): Promise<void>
  /** Resolves when e-mail can be sent now: the server answers and knows us. Rejects with MailFailed. */
  verify(): Promise<void>
  /** Removes e-mail that waits in files since before a time: they hold names and addresses, which are not kept for ever. */
  sweep(before: Temporal.Instant): Promise<number>
  close(): void
}

/**
 * The mailer that the settings ask for: SMTP where there is a `smtpUrl`, else `.eml` files in `DATA_DIR/mail`. The log
 * gets ids, never addresses, subjects or texts.
 */
export function createMailer(
  { smtpUrl, dataDir }: { smtpUrl?: string | undefined; dataDir: string },
  log: Pick<Log, 'info' | 'warn'>,
): Mailer {
  const mode = smtpUrl ? 'smtp' : 'file'
  const transport = smtpUrl ? smtpTransport(smtpUrl) : fileTransport(join(dataDir, 'mail'))
  return {
    mode,
    async send(mail) {
      try {
        await transport.send(mail, toMessage(mail))
      } catch (error) {
        log.warn({ mail: mail.id, err: error }, 'e-mail not sent')
        throw error
      }
      log.info({ mail: mail.id }, mode === 'smtp' ? 'e-mail sent' : 'e-mail written to a file')
    },
    verify: () => transport.verify(),
    sweep: before => sweepLetters(join(dataDir, 'mail'), before),
    close: () => transport.close(),
  }
}
