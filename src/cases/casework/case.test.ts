import type { Pool, PoolClient } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../../test/support/staff.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { acceptCase, addNote } from '../actions/staff.ts'
import { findStaffView } from './reads.ts'

const database = await testDatabase()
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

async function eventsOf(id: string) {
  return inSnapshot(site.office.pool, site.office.tenant.id, tx =>
    tx.all(q.selectFrom('events').select(['type', 'data']).where('stream_id', '=', id).orderBy('seq')),
  )
}

describe('the case page', () => {
  it('is not there for strangers, for other towns, or for staff who may not read it', async () => {
    const { number } = await fileOne(site.office, {
      about: { units: [], staff: [site.office.staff.lead], named: '', retaliation: false },
    })
    expect((await visitor(site.app).get(`/cases/${number}`)).statusCode).toBe(303)
    expect((await (await site.elsewhere('auditor')).get(`/cases/${number}`)).statusCode).toBe(404)
    expect((await (await site.as('administrator')).get(`/cases/${number}`)).statusCode).toBe(404)
    expect((await (await site.as('lead')).get(`/cases/${number}`)).statusCode).toBe(404)
    expect((await (await site.as('unit-head')).get(`/cases/${number}`)).statusCode).toBe(200)
    for (const wrong of ['2026-999999-9', 'x', number.replace(/.$/, d => String((Number(d) + 1) % 10))])
      expect((await (await site.as('auditor')).get(`/cases/${wrong}`)).statusCode).toBe(404)
  })

  it('shows what was asked, why it is here, who has it and every clock, but not who asks', async () => {
    const { number } = await fileOne(site.office)
    const { body } = await (await site.as('unit-head')).get(`/cases/${number}`)
    for (const text of [
      'A cyclist fell yesterday.',
      'Fill it, and put a sign',
      '12 Willow Street',
      'Roads Office handles',
      'R**',
      'The unit-head',
      'Confirm receipt',
      '2 working days left',
    ])
      expect(body.includes(text), text).toBe(true)
    expect(body).not.toMatch(/Robin|robin@/)
    expect(body).toContain(`/cases/${number}/date/answer-1`)
  })

  it('shows notes to those who work the case, and not to the front desk', async () => {
    const { caseId: id, number } = await fileOne(site.office)
    await addNote(
      site.office,
      await actorOf(site.office, site.office.staff.lead),
      { id },
      { text: 'A secret note.' },
    )
    expect(
      (await (await site.as('case-officer')).get(`/cases/${number}`)).body.includes('A secret note.'),
    ).toBe(true)
    const { body } = await (await site.as('front-desk')).get(`/cases/${number}`)
    expect(/A secret note|Internal note/.test(body)).toBe(false)
  })

  it('explains each due date', async () => {
    const { number } = await fileOne(site.office)
    const browser = await site.as('case-officer')
    const { statusCode, body } = await browser.get(`/cases/${number}/date/acknowledge-1`)
    expect(statusCode).toBe(200)
    expect(body).toContain('Day 2')
    expect((await browser.get(`/cases/${number}/date/nothing-1`)).statusCode).toBe(404)
    expect((await (await site.elsewhere('auditor')).get(`/cases/${number}/date/answer-1`)).statusCode).toBe(
      404,
    )
  })

  it('is read with three statements, of which one finds out who reads', async () => {
    const { office } = site
    const { number } = await fileOne(office)
    const actor = await actorOf(office, office.staff['case-officer'])
    await findStaffView(office, actor, number)
    const sent: string[] = []
    await findStaffView({ ...office, pool: noting(office.pool, sent) }, actor, number)
    const statements = sent.filter(text => !/^(begin|commit)/.test(text))
    // What the organisation and the calendar are is read every two seconds, not for each page.
    expect(statements.filter(text => !/"(units|staff|calendars)"/.test(text))).toHaveLength(2)
  })
})

describe('documents', () => {
  it('come with a message, open for those who may read the case, and are saved, never shown', async () => {
    const { caseId: id, number } = await fileOne(site.office)
    const browser = await site.as('case-officer')
    const sent = await postFiles(browser, `/cases/${number}/send-message`, { text: 'See here.' }, [
      ['plan.pdf', Buffer.from('%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n')],
    ])
    expect([sent.statusCode, sent.headers.location]).toEqual([303, `/cases/${number}?done=send-message`])
    const added = (await eventsOf(id)).find(({ type }) => type === 'document.added')
    const file = (added?.data as { id: string } | undefined)?.id ?? ''
    const answer = await browser.get(`/cases/${number}/file/${file}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-disposition']).toContain('attachment; filename="plan.pdf"')
    expect((await visitor(site.app).get(`/cases/${number}/file/${file}`)).statusCode).toBe(303)
    expect((await (await site.as('administrator')).get(`/cases/${number}/file/${file}`)).statusCode).toBe(404)
    const { number: other } = await fileOne(site.office)
    expect((await browser.get(`/cases/${other}/file/${file}`)).statusCode).toBe(404)
  })

  it('that are none are refused by name, and the text is kept', async () => {
    const { caseId: id, number } = await fileOne(site.office)
    const browser = await site.as('case-officer')
    const answer = await postFiles(browser, `/cases/${number}/send-message`, { text: 'See here.' }, [
      ['run.exe', Buffer.from('MZ')],
    ])
    expect(answer.statusCode).toBe(422)
    expect(answer.body.includes('run.exe') && answer.body.includes('See here.')).toBe(true)
    const none = await postFiles(browser, `/cases/${number}/add-document`, {}, [])
    expect([none.statusCode, none.body.includes('Choose at least one file.')]).toEqual([422, true])
    expect((await eventsOf(id)).map(({ type }) => type)).not.toContain('document.added')
  })
})

describe('the identity', () => {
  it('opens for a stated purpose, once, and the record says who, when and why', async () => {
    const { caseId: id, number } = await fileOne(site.office)
    await acceptCase(site.office, await actorOf(site.office, site.office.staff['case-officer']), { id })
    const browser = await site.as('case-officer')
    const ask = await browser.get(`/cases/${number}/open-identity`)
    expect(ask.body).toContain('The resident sees your name, the time and the purpose you state')
    const empty = await browser.post(`/cases/${number}/open-identity`, { text: ' ' })
    expect([empty.statusCode, empty.body.includes('Robin')]).toEqual([422, false])
    const answer = await browser.post(`/cases/${number}/open-identity`, { text: 'To agree on a time' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toContain('no-store')
    expect(answer.body.includes('Robin Example') && answer.body.includes('robin@example.org')).toBe(true)
    const opened = (await eventsOf(id)).filter(({ type }) => type === 'identity.opened')
    expect(opened).toEqual([
      { type: 'identity.opened', data: { staffId: site.office.staff['case-officer'] } },
    ])
    const { body } = await browser.get(`/cases/${number}`)
    expect([body.includes('Identity opened by The case-officer'), body.includes('Robin')]).toEqual([
      true,
      false,
    ])
  })

  it('of a protected person opens to the auditor alone', async () => {
    const { number } = await fileOne(site.office, { protection: 'protected' })
    for (const role of ['case-officer', 'unit-head', 'supervisor', 'front-desk'] as const) {
      const browser = await site.as(role)
      expect((await browser.get(`/cases/${number}/open-identity`)).statusCode).toBe(403)
      expect((await browser.post(`/cases/${number}/open-identity`, { text: 'Why not' })).statusCode).toBe(403)
    }
    const answer = await (await site.as('auditor')).post(`/cases/${number}/open-identity`, {
      text: 'An audit',
    })
    expect(answer.body.includes('Robin Example')).toBe(true)
    expect(
      (await (await site.elsewhere('auditor')).post(`/cases/${number}/open-identity`, { text: 'x' }))
        .statusCode,
    ).toBe(404)
    expect((await visitor(site.app).get(`/cases/${number}/open-identity`)).statusCode).toBe(303)
  })
})

type Browser = Awaited<ReturnType<StaffSite['as']>>

async function postFiles(
  browser: Browser,
  url: string,
  fields: Record<string, string>,
  files: [name: string, content: Buffer][],
) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of files) form.append('files', new Blob([new Uint8Array(content)]), name)
  const sent = new Request('http://localhost/', { method: 'POST', body: form })
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return site.app.inject({
    method: 'POST',
    url,
    headers: {
      host: 'localhost',
      cookie,
      accept: 'text/html',
      'accept-language': 'en',
      'content-type': sent.headers.get('content-type') ?? '',
    },
    payload: Buffer.from(await sent.arrayBuffer()),
  })
}

/** A pool whose connections note what they send. */
function noting(pool: Pool, sent: string[]): Pool {
  const noted = (client: PoolClient) =>
    new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const [one] = args
          if (name === 'query') sent.push(typeof one === 'string' ? one : (one as { text: string }).text)
          return value.apply(target, args)
        }
      },
    })
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return async () => noted(await target.connect())
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
