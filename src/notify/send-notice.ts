import { z } from 'zod'
import { TEMPLATES } from '../packs/schema.ts'
import type { Log } from '../platform/log.ts'
import type { Mailer } from '../platform/mail/mailer.ts'
import { MailFailed } from '../platform/mail/message.ts'
import { type Letter, type NoticeKey, noticeFor } from './rules.ts'

const noticeKey = z.object({
  tenant: z.int(),
  caseId: z.string(),
  seq: z.int(),
  template: z.enum(TEMPLATES),
})

/** What the job works with. `findLetter` gives undefined where nobody is to be told any more. */
export type NoticeDeps = {
  readonly mailer: Pick<Mailer, 'send'>
  readonly findLetter: (key: NoticeKey) => Promise<Letter | undefined>
  /** Called where the address of a notice will never take it. */
  readonly undelivered: (key: NoticeKey) => Promise<void>
  readonly log: Pick<Log, 'warn'>
}

/**
 * Sends one notice. Repeated, after a crash say, it is the same message by its id and date, which mail servers and
 * programs show once. An address that will never take it is told to the case and ends the job; any other failure is
 * thrown, so that the queue tries again later.
 */
export async function sendNotice(deps: NoticeDeps, payload: unknown): Promise<void> {
  const key: NoticeKey = noticeKey.parse(payload)
  const letter = await deps.findLetter(key)
  if (!letter) return
  const { to, from, at, pack, language, values } = letter
  const id = `notice.${key.tenant}.${key.caseId}.${key.seq}.${key.template}`
  try {
    await deps.mailer.send({ id, at, to, from, ...noticeFor(pack, key.template, language, values) })
  } catch (error) {
    if (!(error instanceof MailFailed) || error.retryable) throw error
    deps.log.warn({ caseId: key.caseId, seq: key.seq }, 'a notice cannot be delivered to its address')
    await deps.undelivered(key)
  }
}
