import fastify from 'fastify'
import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'

/** A log and the objects that were written to it. */
function kept() {
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => lines.push(line) })
  return { log, lines, entries: () => lines.map(line => JSON.parse(line)) }
}

test('an entry is one JSON line with its level, time and text', () => {
  const { log, entries } = kept()
  log.info({ cases: 3 }, 'looked')
  expect(entries()).toEqual([{ level: 'info', time: expect.any(String), cases: 3, msg: 'looked' }])
})

test('a request is logged with its id and path, never with what follows the question mark', async () => {
  const { log, lines, entries } = kept()
  const app = fastify({ loggerInstance: log, genReqId: () => 'request-7' })
  app.get('/follow/link', async () => 'here')
  await app.inject({ url: '/follow/link?token=very-secret', headers: { cookie: 'session=very-secret' } })
  expect(lines.join()).not.toContain('very-secret')
  const request = entries().find(entry => entry.req)
  expect(request.req).toEqual({ id: 'request-7', method: 'GET', path: '/follow/link' })
  expect(entries().every(entry => entry.reqId === 'request-7')).toBe(true)
})

test('an error of the database is logged without the values of the row', () => {
  const { log, lines, entries } = kept()
  const error = new DatabaseError('duplicate key value violates unique constraint "staff_email"', 1, 'error')
  Object.assign(error, {
    code: '23505',
    constraint: 'staff_email',
    detail: 'Key (email)=(mei@example.org) exists',
  })
  log.error({ err: new Error('not saved', { cause: error }) }, 'failed')
  expect(lines.join()).not.toContain('mei@example.org')
  expect(entries()[0].err).toMatchObject({
    message: 'not saved',
    stack: expect.any(String),
    cause: { code: '23505', constraint: 'staff_email' },
  })
})

test('secrets are struck out wherever they come up', () => {
  const { log, lines } = kept()
  const secrets = ['1234 5678 9012 3456', '1234-5678-9012-3456', '1234567890123456', 'hunter2']
  log.info({ password: 'hunter2', form: { receiptCode: '1234567890123456', smtp: { token: 'hunter2' } } })
  log.info({ code: 1234567890123456, list: [1234567890123456] }, 'filed with\n1234 5678 9012 3456.')
  log.warn(
    { url: 'postgres://town:hunter2@db/town' },
    'no smtps://user:hunter2@mail, code:1234-5678-9012-3456',
  )
  for (const line of lines) {
    for (const secret of secrets) expect(line).not.toContain(secret)
    expect(JSON.parse(line)).toBeDefined()
  }
})

test('case numbers, ids and times are left as they are', () => {
  const { log, lines } = kept()
  const facts = { number: '2026-000123-7', id: '0199a5a1-1234-7123-8123-123456789012', at: 1767225600000 }
  log.info(facts)
  expect(JSON.parse(lines.join())).toMatchObject(facts)
})
