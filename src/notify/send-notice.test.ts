import { describe, expect, test } from 'vitest'
import { findNewestPack } from '../packs/reads.ts'
import { createLog } from '../platform/log.ts'
import { type Mail, MailFailed } from '../platform/mail/message.ts'
import { notifyJobs } from './jobs.ts'
import type { Letter, NoticeKey } from './rules.ts'
import { sendNotice } from './send-notice.ts'

const pack = findNewestPack('generic')
if (!pack) throw new Error('there is no generic pack')
const key: NoticeKey = { tenant: 1, caseId: '0198-case', seq: 3, template: 'message' }
const letter: Letter = {
  to: 'robin@example.org',
  from: { name: 'Willow Town', address: 'no-reply@example.org' },
  at: Temporal.Instant.from('2026-03-02T01:00:00Z'),
  pack,
  language: 'zh-CN',
  values: { number: '2026-000123-7', link: 'https://example.org/follow', institution: '柳镇' },
}

function deps(send: (mail: Mail) => Promise<void>) {
  const lines: string[] = []
  const log = createLog('info', { write: line => lines.push(line) })
  return {
    lines,
    mailer: { send, sweep: async () => 0 },
    undelivered: async (of: NoticeKey) => {
      lines.push(`told of ${of.seq}`)
    },
    findLetter: async (): Promise<Letter | undefined> => letter,
    log,
  }
}

describe('the job that sends a notice', () => {
  test('sends it in the resident’s language, and the same message when it runs again', async () => {
    const sent: Mail[] = []
    const jobs = notifyJobs(
      deps(async mail => {
        sent.push(mail)
      }),
    )
    await jobs.tasks['send-notice']?.(key)
    await jobs.tasks['send-notice']?.(key)
    expect(sent).toHaveLength(2)
    expect(sent[0]).toEqual(sent[1])
    expect(sent[0]).toMatchObject({ id: 'notice.1.0198-case.3.message', to: letter.to, at: letter.at })
    expect(sent[0]?.text).toContain('您的事项 2026-000123-7 有一条新消息')
  })

  test('sends nothing where nobody is to be told any more', async () => {
    const none = { ...deps(async () => expect.fail('was sent')), findLetter: async () => undefined }
    await sendNotice(none, key)
  })

  test('is tried again when the server is away, and given up when the address is none', async () => {
    const away = deps(async () => Promise.reject(new MailFailed('away', true)))
    await expect(sendNotice(away, key)).rejects.toThrow('away')
    const unknown = deps(async () => Promise.reject(new MailFailed('no such mailbox', false)))
    await sendNotice(unknown, key)
    expect(unknown.lines.join()).toContain('0198-case')
    expect(unknown.lines.at(-1)).toBe('told of 3')
    expect(unknown.lines.join()).not.toContain('robin')
  })

  test('refuses a payload that names no notice', async () => {
    await expect(
      sendNotice(
        deps(async () => {}),
        { ...key, template: 'advert' },
      ),
    ).rejects.toThrow('template')
  })
})
