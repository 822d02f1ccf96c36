import { beforeAll, describe, expect, it } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { visitor } from '../../test/support/visitor.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'

const database = await testDatabase()
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

const typed = {
  channel: 'phone',
  language: 'en',
  kind: 'hazard',
  category: 'road-damage',
  what: 'A kerb stone is loose.',
  wanted: 'Fix it.',
  address: '3 Willow Street',
  protection: 'named',
  name: 'Sam Sample',
  phone: '0123 456 789',
  own: 'no',
}
const hidden = (body: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
const counts = async () => {
  const rows = await inSnapshot(site.office.pool, site.office.tenant.id, tx =>
    tx.all(
      q.selectFrom('events').select(['type', 'actor', 'data', 'stream_id']).where('type', '=', 'case.filed'),
    ),
  )
  return rows
}

describe('the front desk', () => {
  it('is for those who register cases, and nobody else', async () => {
    expect((await visitor(site.app).get('/desk')).statusCode).toBe(303)
    for (const role of ['lead', 'supervisor', 'auditor', 'administrator'] as const) {
      const browser = await site.as(role)
      for (const answer of [
        await browser.get('/desk'),
        await browser.post('/desk', typed),
        await browser.post('/desk/where', typed),
      ])
        expect(answer.statusCode).toBe(403)
    }
    for (const role of ['front-desk', 'case-officer', 'unit-head'] as const)
      expect((await (await site.as(role)).get('/desk')).statusCode).toBe(200)
    expect(await counts()).toEqual([])
  })

  it('says where a case belongs before it is registered, and keeps what was typed', async () => {
    const desk = await site.as('front-desk')
    const answer = await desk.post('/desk', { ...typed, _step: 'where' })
    for (const text of [
      'Roads Office',
      'handles “Damaged road or pavement”',
      'A kerb stone is loose.',
      'Sam Sample',
    ])
      expect(answer.body.includes(text), text).toBe(true)
    const part = await desk.post('/desk/where', {
      category: 'road-damage',
      own: 'yes',
      unit: site.office.units.roads,
    })
    expect(part.body).toContain('Town Office')
    expect(part.body).toContain('Passed over')
    expect(part.body).not.toContain('<html')
    expect((await desk.post('/desk/where', {})).body).toContain('Choose a category')
    expect(await counts()).toEqual([])
  })

  it('changes its language without losing what was typed', async () => {
    const desk = await site.as('front-desk')
    const { body } = await desk.post('/desk?lang=zh-CN', { ...typed, _language: 'zh-CN' })
    expect([body.includes('登记事项'), body.includes('A kerb stone is loose.')]).toEqual([true, true])
    await desk.get('/desk?lang=en')
    expect(await counts()).toEqual([])
  })

  it('names every fault at once and keeps what was typed', async () => {
    const desk = await site.as('front-desk')
    const answer = await desk.post('/desk', {
      channel: 'visit',
      what: 'Something half typed',
      protection: 'named',
    })
    expect(answer.statusCode).toBe(422)
    for (const field of ['kind', 'category', 'address', 'name', 'own'])
      expect(answer.body.includes(`<a href="#${field}">`), field).toBe(true)
    expect(answer.body.includes('Something half typed')).toBe(true)
    expect(answer.body).toContain('Enter the name, or choose that the person stays anonymous.')
    expect(await counts()).toEqual([])
  })

  it('registers one case however often the form is sent, and shows the same receipt each time', async () => {
    const desk = await site.as('front-desk')
    const page = await desk.get('/desk')
    const form = {
      ...typed,
      _id: hidden(page.body, '_id'),
      _slip: hidden(page.body, '_slip'),
      _step: 'register',
    }
    const answers = await Promise.all([desk.post('/desk', form), desk.post('/desk', form)])
    answers.push(await desk.post('/desk', form))
    const codes = answers.map(({ body }) => /Receipt code: ([\d ,]+)/.exec(body)?.[1])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200])
    expect(codes[0]).toMatch(/\d/)
    expect(new Set(codes).size).toBe(1)
    expect(answers[0]?.headers['cache-control']).toContain('no-store')
    const filed = await counts()
    expect(filed).toHaveLength(1)
    expect(filed[0]?.actor).toEqual({ kind: 'staff', id: site.office.staff['front-desk'] })
    expect(filed[0]?.data).toMatchObject({ channel: 'phone', protection: 'named', contact: false })
  })

  it('registers another case where the form was gone back to and typed over', async () => {
    const desk = await site.as('front-desk')
    const { body } = await desk.get('/desk')
    const form = { ...typed, _id: hidden(body, '_id'), _slip: hidden(body, '_slip'), _step: 'register' }
    const first = await desk.post('/desk', form)
    const second = await desk.post('/desk', { ...form, what: 'Something else altogether.' })
    const numberOn = (page: string) => /Registered as (\S+)/.exec(page)?.[1]
    expect(numberOn(second.body)).toBeDefined()
    expect(numberOn(second.body)).not.toBe(numberOn(first.body))
  })

  it('prints the receipt in the language of the person', async () => {
    const desk = await site.as('front-desk')
    const { body } = await desk.post('/desk', { ...typed, language: 'zh-CN', _step: 'register' })
    expect(body).toContain('<div lang="zh-CN"')
    expect(body).toContain('回执')
    expect(body).toContain('Register the next case')
  })

  it('keeps nothing of who wants to stay anonymous', async () => {
    const desk = await site.as('front-desk')
    await desk.post('/desk', { ...typed, protection: 'anonymous', _step: 'register' })
    const filed = (await counts()).find(
      ({ data }) => (data as { protection: string }).protection === 'anonymous',
    )
    const named = await inSnapshot(site.office.pool, site.office.tenant.id, tx =>
      tx.all(
        q
          .selectFrom('events')
          .select('seq')
          .where('stream_id', '=', filed?.stream_id ?? '')
          .where('type', '=', 'party.named'),
      ),
    )
    expect(filed).toBeDefined()
    expect(named).toEqual([])
  })

  it('of another town registers for that town', async () => {
    const before = (await counts()).length
    const answer = await (await site.elsewhere('front-desk')).post('/desk', { ...typed, _step: 'register' })
    expect(answer.statusCode).toBe(200)
    expect((await counts()).length).toBe(before)
  })
})
