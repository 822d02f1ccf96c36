import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterAll, expect, test } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import type { NoticeKey } from '../notify/rules.ts'
import { sendNotice } from '../notify/send-notice.ts'
import { addStaff } from '../org/actions.ts'
import { forgetOrganisation } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { createLog } from '../platform/log.ts'
import { createMailer } from '../platform/mail/mailer.ts'
import { MailFailed } from '../platform/mail/message.ts'
import { noteUndelivered } from './actions/note-undelivered.ts'
import { openIdentity } from './actions/open-identity.ts'
import { agree, askReview, reopen } from './actions/resident.ts'
import {
  acceptCase,
  answerCase,
  askInformation,
  correctAnswer,
  declineCase,
  extendAnswer,
  reviewCase,
  sendMessage,
} from './actions/staff.ts'
import { findLetter } from './notice-letter.ts'
import { findCase } from './reads.ts'

const database = await testDatabase()
const office = await testOffice(database)
const dataDir = await mkdtemp(join(tmpdir(), 'notices-'))
afterAll(() => rm(dataDir, { recursive: true }))

const log = createLog('silent')
const letterhead = {
  address: 'no-reply@willow.example',
  linkTo: (number: string) => `https://willow.example/follow?number=${number}`,
}
const deps = {
  mailer: createMailer({ dataDir }, log),
  log,
  findLetter: (key: NoticeKey) => findLetter(office, key, letterhead),
  undelivered: (key: NoticeKey) => noteUndelivered(office, key),
}
const parts = {
  asked: 'Fill the hole.',
  facts: 'It is 40 cm deep.',
  rule: 'Road act, section 3.',
  reasons: 'It is ours.',
}

/** What the resident is told by what happened since: the jobs in the queue are done as the worker does them. */
async function told() {
  const { rows } = await database.owner.query(
    'delete from graphile_worker._private_jobs returning payload, task_id, id',
  )
  const before = new Set(await files())
  for (const { payload } of rows.sort((a, b) => Number(a.id) - Number(b.id))) await sendNotice(deps, payload)
  const fresh = (await files()).filter(name => !before.has(name))
  return Promise.all(
    fresh.map(async name => {
      const { subject, text, to, from } = await simpleParser(await readFile(join(dataDir, 'mail', name)))
      return { subject, text: text ?? '', from: from?.text, to: to && !Array.isArray(to) ? to.text : '' }
    }),
  )
}

const files = async () => (await readdir(join(dataDir, 'mail')).catch(() => [])).sort()

test('a resident is told of each step of their case, with its dates and rules, in their language', async () => {
  const officer = await actorOf(office, office.staff['case-officer'])
  const head = await actorOf(office, office.staff['unit-head'])
  const lead = await actorOf(office, office.staff.lead)
  const { caseId: id, number } = await fileOne(office)
  const [filed] = await told()
  expect(filed?.to).toBe('robin@example.org')
  expect(filed?.from).toBe('"Willow Town" <no-reply@willow.example>')
  expect(filed?.subject).toBe(`We have your case ${number}`)
  expect(filed?.text).toContain('Roads Office handles it. You will hear by Wednesday 4 March 2026')
  expect(filed?.text).toContain(`https://willow.example/follow?number=${number}`)

  await acceptCase(office, officer, { id })
  expect(await told()).toMatchObject([
    {
      text: expect.stringMatching(
        /Roads Office has taken on your case .* The unit-head answers for it[\s\S]* by \w+ \d+ \w+ 2026/,
      ),
    },
  ])

  await askInformation(office, officer, { id }, { text: 'Which side?' })
  const [asked] = await told()
  expect(asked?.text).toMatch(/Please answer by \w+day \d+ March 2026/)
  expect(asked?.text).not.toContain('Which side?')

  await sendMessage(office, officer, { id }, { text: 'Secret words', files: [] })
  const [message] = await told()
  expect(message?.text).toContain('There is a message for you')
  expect(message?.text).not.toContain('Secret words')

  await extendAnswer(office, head, { id }, { length: { n: 10, unit: 'calendarDay' }, reason: 'Rain.' })
  const [extended] = await told()
  const [, oldDue, due] = /due by ([^.]+)\. .*until ([^(]+) \(/.exec(extended?.text ?? '') ?? []
  expect(new Date(due ?? '').getTime() - new Date(oldDue ?? '').getTime()).toBe(10 * 86_400_000)
  expect(extended?.text).toContain('for this reason:\nRain.')

  await answerCase(office, lead, { id }, { parts, outcome: 'resolved' })
  const [answered] = await told()
  expect(answered?.text).toContain('has been answered: Resolved. The lead signed the answer.')
  expect(answered?.text).toMatch(/review[\s\S]*by \w+day \d+ \w+ 2026|until \w+day \d+ \w+ 2026/)
  expect(answered?.text).toContain('Where else you can turn:\n- ')

  await correctAnswer(office, lead, { id }, { parts, outcome: 'resolved', why: 'A wrong street.' })
  expect(await told()).toMatchObject([{ subject: `A correction to the answer to case ${number}` }])

  await agree(office, { id }, 5)
  expect(await told()).toMatchObject([{ text: expect.stringMatching(/reopened until \w+day \d+ \w+ 2026/) }])

  await reopen(office, { id }, 'The hole is back.')
  expect(await told()).toMatchObject([{ text: expect.stringMatching(/Roads Office will answer by \w+day/) }])

  await openIdentity(office, head, id, 'To fetch the keys')
  expect(await told()).toMatchObject([
    {
      text: expect.stringMatching(
        /On 2 March 2026, 09:00 .* opened by Roads Office, for this purpose: To fetch the keys/,
      ),
    },
  ])
})

test.each(['upheld', 'sent-back'] as const)(
  'a review that is %s says what may be done next',
  async verdict => {
    const head = await actorOf(office, office.staff['unit-head'])
    const staffId = await addStaff(office, 'set-up', {
      name: 'The reviewer',
      title: {},
      email: `${verdict}@example.org`,
      accountId: null,
      grants: [{ unitId: office.units.root, role: 'unit-head' }],
    })
    forgetOrganisation(office.pool)
    const reviewer = await actorOf(office, staffId)
    const { caseId: id } = await fileOne(office)
    await acceptCase(office, head, { id })
    await answerCase(office, head, { id }, { parts, outcome: 'resolved' })
    await askReview(office, { id }, 'Nobody came.')
    await told()
    await reviewCase(office, reviewer, { id }, { parts, outcome: '', verdict })
    const [decided] = await told()
    expect(decided?.text).toContain('Town Office has looked at your case')
    const next =
      verdict === 'upheld'
        ? /final review until \w+day \d+ \w+ 2026/
        : /must look at it again and answer anew by \w+day/
    expect(decided?.text).toMatch(next)
  },
)

test('a case that is not taken on says why, what can be done and until when, in Chinese', async () => {
  const head = await actorOf(office, office.staff['unit-head'])
  const { caseId: id, number } = await fileOne(office, { language: 'zh-CN' })
  const [filed] = await told()
  expect(filed?.subject).toBe(`已收到您的事项 ${number}`)
  expect(filed?.text).toMatch(/由道路科负责，将在2026年3月4日（星期三）前告知您/)
  await declineCase(office, head, { id }, { reason: 'before-a-court', text: '见案卷。' })
  const [declined] = await told()
  expect(declined?.text).toContain('已进入诉讼程序或已有裁判。\n见案卷。')
  expect(declined?.text).toContain('有权处理的机构：受理该案的法院')
  expect(declined?.text).toMatch(/2026年\d+月\d+日（星期.）前/)
  expect(declined?.text).toContain('其他求助途径')
})

test('an address that takes no notices is written down on the case, once for each notice', async () => {
  const { caseId } = await fileOne(office)
  await told()
  const refusing = {
    ...deps,
    mailer: { send: () => Promise.reject(new MailFailed('no such mailbox', false)) },
  }
  const key: NoticeKey = { tenant: office.tenant.id, caseId, seq: 1, template: 'acknowledged' }
  await sendNotice(refusing, key)
  await sendNotice(refusing, key)
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, caseId))
  expect(
    record?.events.filter(event => event.type === 'notice.undelivered').map(event => event.data),
  ).toEqual([{ seq: 1, template: 'acknowledged' }])
})

test('nobody is told where no address was left, or the key of the case is gone', async () => {
  const anonymous = { protection: 'anonymous' as const, party: undefined }
  await fileOne(office, anonymous)
  expect(await told()).toEqual([])
  const { caseId: id } = await fileOne(office)
  await database.owner.query('delete from stream_keys where stream_id = $1', [id])
  expect(await told()).toEqual([])
})
