import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createMailer, type Mailer } from './mailer.ts'
import { isOneAddress, type Mail, MailFailed } from './message.ts'
import { senderAddress, smtpOptions } from './smtp.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'mail-'))
afterAll(() => rm(dataDir, { recursive: true }))

const lines: string[] = []
const log = createLog('info', { write: line => lines.push(line) })
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
  lines.length = 0
})

const mail: Mail = {
  id: 'notice/0198-7',
  at: Temporal.Instant.from('2026-03-01T08:30:00.123Z'),
  from: { name: '青山镇政府', address: 'answers@example.org' },
  to: 'resident@example.net',
  subject: '您的事项 2026-000123-7 已受理，将于3月15日前答复，请保存好回执并留意后续通知',
  text: '您好：\n\n您的事项已受理。\n',
  html: '<p>您的事项已受理。</p>',
}

type Received = { parsed: ParsedMail; raw: string; from: string | false; to: string[]; secure: boolean }

/** A real SMTP server that keeps what it is given. */
async function smtpServer(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', async () => {
        const content = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          parsed: await simpleParser(content),
          raw: content.toString('latin1'),
          from: mailFrom ? mailFrom.address : false,
          to: rcptTo.map(one => one.address),
          secure: session.secure,
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  const port = await new Promise<number>(resolve => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  closing.push(() => server.close())
  return {
    received,
    port,
    mailer: (query = '', user = '') => smtpMailer(`smtp://${user}127.0.0.1:${port}/${query}`),
  }
}

function smtpMailer(smtpUrl: string): Mailer {
  const mailer = createMailer({ smtpUrl, dataDir }, log)
  closing.push(() => mailer.close())
  return mailer
}

async function failure(sending: Promise<void>): Promise<MailFailed> {
  const error = await sending.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof MailFailed)) throw new Error(`expected a failed e-mail, got ${error}`)
  return error
}

const refusing = (code: number): Error =>
  Object.assign(new Error('no <resident@example.net>'), { responseCode: code })

describe('an e-mail over SMTP', () => {
  test('arrives as it was written, in Chinese, as text and as HTML, to the one it is for', async () => {
    const { mailer, received } = await smtpServer()
    const sender = mailer()
    expect(sender.mode).toBe('smtp')
    await sender.send(mail)
    expect(received).toHaveLength(1)
    const [{ parsed, from, to, raw }] = received as [Received]
    expect(parsed.subject).toBe(mail.subject)
    expect(parsed.text?.trim()).toBe(mail.text.trim())
    expect(parsed.html).toContain('<p>您的事项已受理。</p>')
    expect(parsed.from?.value).toEqual([{ name: '青山镇政府', address: 'answers@example.org' }])
    expect({ from, to }).toEqual({ from: 'answers@example.org', to: ['resident@example.net'] })
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated')
    expect(parsed.date?.toISOString()).toBe('2026-03-01T08:30:00.000Z')
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
    expect(raw).not.toMatch(/[\x80-\xff]/)
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
  })

  test('sent again is the same message', async () => {
    const { mailer, received } = await smtpServer()
    const sender = mailer()
    await sender.send(mail)
    await sender.send(mail)
    expect(received.map(one => one.parsed.messageId)).toEqual(Array(2).fill('<notice_0198-7@example.org>'))
  })

  test('goes encrypted to a server that can', async () => {
    const { mailer, received } = await smtpServer({ disabledCommands: [] })
    await mailer('?tls.rejectUnauthorized=false').send(mail)
    expect(received.map(one => one.secure)).toEqual([true])
  })

  test('does not go to a server whose certificate cannot be trusted', async () => {
    const { mailer, received } = await smtpServer({ disabledCommands: [] })
    expect((await failure(mailer().send(mail))).retryable).toBe(true)
    expect(received).toEqual([])
  })

  test('to a recipient the server does not know is given up', async () => {
    const { mailer } = await smtpServer({ onRcptTo: (_address, _session, done) => done(refusing(550)) })
    expect((await failure(mailer().send(mail))).retryable).toBe(false)
  })

  test.each([
    ['the mailbox is busy', { onRcptTo: (_address, _session, done) => done(refusing(450)) }],
    [
      'the server does not take our address',
      { onMailFrom: (_address, _session, done) => done(refusing(550)) },
    ],
    ['the server is closing', { onConnect: (_session, done) => done(refusing(421)) }],
  ] satisfies [string, SMTPServerOptions][])('is tried again when %s', async (_why, options) => {
    const { mailer } = await smtpServer(options)
    expect((await failure(mailer().send(mail))).retryable).toBe(true)
  })

  test('that the server finds unacceptable is given up', async () => {
    const { mailer } = await smtpServer({
      onData: (stream, _session, done) => stream.resume().on('end', () => done(refusing(554))),
    })
    expect((await failure(mailer().send(mail))).retryable).toBe(false)
  })

  test('is tried again when the server is away, or does not know us', async () => {
    const { mailer } = await smtpServer({
      authOptional: false,
      onAuth: (_auth, _session, done) => done(refusing(535)),
    })
    expect((await failure(mailer('', 'user:wrong@').send(mail))).retryable).toBe(true)
    expect((await failure(smtpMailer('smtp://127.0.0.1:1/').send(mail))).retryable).toBe(true)
  })

  test('leaves no address, subject or text in the log', async () => {
    const { mailer } = await smtpServer({ onRcptTo: (_address, _session, done) => done(refusing(550)) })
    await failure(mailer().send(mail))
    expect(lines.join()).toContain('notice/0198-7')
    expect(lines.join()).not.toMatch(/resident@|事项|受理/)
  })

  test('can be checked beforehand', async () => {
    const { mailer } = await smtpServer()
    await mailer().verify()
    expect(await failure(smtpMailer('smtp://127.0.0.1:1/').verify())).toBeInstanceOf(MailFailed)
  })
})

describe('the recipient', () => {
  test.each(['a@example.org', 'first.last+tag@sub.example.org', '张三@例子.公司'])(
    '%s is one address',
    address => {
      expect(isOneAddress(address)).toBe(true)
    },
  )

  test.each([
    'a@example.org, b@example.org',
    'a@example.org\r\nBcc: b@example.org',
    'Name <a@example.org>',
    'a@b',
    '',
    '@x.y',
  ])('%j is not, and nothing is sent', async to => {
    const { mailer, received } = await smtpServer()
    expect((await failure(mailer().send({ ...mail, to }))).retryable).toBe(false)
    expect(received).toEqual([])
  })

  test('cannot be added to by a subject or a name', async () => {
    const { mailer, received } = await smtpServer()
    const from = { name: 'Office\r\nBcc: b@example.org', address: 'answers@example.org' }
    await mailer().send({ ...mail, from, subject: 'x\r\nBcc: b@example.org' })
    expect(received[0]?.to).toEqual(['resident@example.net'])
    expect(received[0]?.parsed.bcc).toBeUndefined()
  })
})

describe('without a server', () => {
  test('an e-mail is a file that opens in any mail program, in order of time', async () => {
    const mailer = createMailer({ dataDir }, log)
    expect(mailer.mode).toBe('file')
    await mailer.verify()
    await mailer.send({ ...mail, id: 'second', at: mail.at.add({ seconds: 1 }) })
    await mailer.send(mail)
    await mailer.send(mail)
    const files = (await readdir(join(dataDir, 'mail'))).sort()
    expect(files).toHaveLength(2)
    expect(files[0]).toMatch(/^2026-03-01T08-30-00\.123Z-[0-9a-f]{12}\.eml$/)
    const parsed = await simpleParser(await readFile(join(dataDir, 'mail', files[0] ?? '')))
    expect(parsed).toMatchObject({ subject: mail.subject, messageId: '<notice_0198-7@example.org>' })
  })

  test('a folder that cannot be written says so, and the e-mail is tried again', async () => {
    await writeFile(join(dataDir, 'blocked'), '')
    const mailer = createMailer({ dataDir: join(dataDir, 'blocked') }, log)
    expect((await failure(mailer.verify())).message).toContain('blocked')
    expect((await failure(mailer.send(mail))).retryable).toBe(true)
  })
})

describe('the settings', () => {
  test('a password goes over a network only when it is encrypted', () => {
    expect(smtpOptions('smtp://user:password@mail.example.org').requireTLS).toBe(true)
    expect(smtpOptions('smtp://mail.example.org').requireTLS).toBe(false)
    expect(smtpOptions('smtp://user:password@localhost:2525').requireTLS).toBe(false)
  })

  test('e-mail comes from the address that was set, else from the user of the server, else from nobody', () => {
    const from = (smtpUrl?: string) => senderAddress(smtpUrl, 'example.org', 'Office').address
    expect(from('smtps://u:p@mail.example.org?from=answers@town.example')).toBe('answers@town.example')
    expect(from('smtps://answers%40town.example:p@mail.example.org')).toBe('answers@town.example')
    expect(from('smtp://mail.example.org')).toBe('no-reply@example.org')
    expect(from()).toBe('no-reply@example.org')
  })
})
