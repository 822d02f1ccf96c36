import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testRootKey } from '../../test/support/office.ts'
import { visitor } from '../../test/support/visitor.ts'
import { verifyDatabase } from '../audit/verify.ts'
import { runDeadlinePass } from '../cases/actions/deadline-pass.ts'
import { rebuildCases } from '../cases/actions/rebuild-cases.ts'
import { statuses } from '../cases/lifecycle.ts'
import type { CaseState } from '../cases/rules/state.ts'
import { roles } from '../org/may.ts'
import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config.ts'
import { createOffices } from '../platform/http/parts.ts'
import { createLog } from '../platform/log.ts'
import { holdTenant, isTenantHeld } from '../platform/tenant-hold.ts'
import { foundTenant } from '../setup/actions.ts'
import { makeSetUpLink } from '../setup/token.ts'
import { foundDemo, loadDemo } from './actions/load-demo.ts'
import { demoAccounts, demoEmail, demoPassword, demoStaff, demoToken } from './town.ts'

const log = createLog('error')
const folder = mkdtempSync(join(tmpdir(), 'answerable-demo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const config = readConfig({ DATA_DIR: folder })

async function statesOf(
  database: Awaited<ReturnType<typeof testDatabase>>,
  tenant: number,
): Promise<CaseState[]> {
  const { rows } = await database.owner.query('select state from cases where tenant_id = $1', [tenant])
  return rows.map(row => row.state)
}

describe('the demo town', async () => {
  const database = await testDatabase()
  const { pool, owner } = database
  const now = systemClock.now()
  const begun = process.cpuUsage()
  await foundDemo({ config, log, pool, owner, rootKey: testRootKey }, 'en', now)
  const { user, system } = process.cpuUsage(begun)
  const { app, parts } = await testApp(database, systemClock)
  const [office] = await parts.offices.all()
  if (!office) throw new Error('no tenant')
  const states = await statesOf(database, office.tenant.id)
  const made = states.filter(state => state.channel !== 'import')

  test('takes few seconds', () => {
    // Of work, which does not depend on what else the machine does: 4 when this was written, 6 by the clock.
    expect((user + system) / 1e6).toBeLessThan(12)
  })

  test('has cases in every status, at every tier and of every kind of protection', () => {
    expect(new Set(made.map(state => state.status))).toEqual(new Set(statuses))
    expect(new Set(made.map(state => state.tier))).toEqual(new Set(['answer', 'review', 'final-review']))
    expect(new Set(made.map(state => state.protection))).toEqual(new Set(['named', 'protected', 'anonymous']))
    expect(new Set(made.map(state => state.channel))).toEqual(new Set(['web', 'visit', 'phone']))
    expect(made.length).toBeGreaterThanOrEqual(55)
    expect(states.length - made.length).toBe(60)
  })

  test('has clocks at every stage, stopped, extended and met, and nothing that lies ahead of now', () => {
    const clocks = made.flatMap(state => state.obligations)
    const running = clocks.filter(one => one.kind === 'answer' && one.metAt === undefined)
    for (const stage of ['half', 'four-fifths', 'unit-head', 'supervisor', 'unit-above'])
      expect(running.map(one => one.stages.at(-1))).toContain(stage)
    expect(clocks.some(one => one.status === 'paused')).toBe(true)
    expect(clocks.some(one => one.extensions.length > 0)).toBe(true)
    expect(clocks.some(one => one.kind === 'remedy' && one.status === 'missed')).toBe(true)
    for (const state of made) expect(state.filedAt < now.toString()).toBe(true)
  })

  test('shows what people can do: every kind of event', async () => {
    const { rows } = await owner.query('select distinct type from events')
    const types = rows.map(row => row.type)
    const shown = [
      'answer.corrected',
      'answer.extended',
      'case.declined',
      'case.reopened',
      'case.withdrawn',
      'document.added',
      'hearing.begun',
      'identity.opened',
      'information.given',
      'information.lapsed',
      'message.sent',
      'note.added',
      'recusal.added',
      'redirect.confirmed',
      'redirect.refused',
      'remedy.done',
      'resident.rated',
      'review.sent-back',
    ]
    expect(shown.filter(type => !types.includes(type))).toEqual([])
    expect(made.some(state => state.retaliation && state.why.rule === 'retaliation')).toBe(true)
    expect(new Set(made.map(state => state.language))).toEqual(new Set(['en', 'zh-CN']))
    expect(readdirSync(join(folder, 'files', String(office.tenant.id))).length).toBeGreaterThan(0)
  })

  test('leaves nothing to be sent, and nothing that fell due before now', async () => {
    const { rows } = await owner.query(
      `select t.identifier from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id`,
    )
    expect(rows.map(row => row.identifier).filter(task => task.startsWith('send-'))).toEqual([])
    const { cases } = await runDeadlinePass({ ...office, clock: { now: () => now } }, log)
    expect(cases).toBe(0)
  })

  test('has one account for each role, with which people sign in', async () => {
    const held = demoAccounts.map(key => demoStaff.find(one => one.key === key)?.role)
    expect(new Set(held)).toEqual(new Set(roles))
    const browser = visitor(app)
    const answer = await browser.post('/sign-in', { email: demoEmail('officer'), password: demoPassword })
    expect(answer.statusCode).toBe(303)
  })

  test('says on every page that it is a demonstration', async () => {
    expect((await visitor(app).get('/')).body).toMatch(/demonstration/i)
  })

  test('has a record that verifies, and projections that its events rebuild', async () => {
    const report = await verifyDatabase({ pool, tenant: office.tenant.id, now: systemClock.now() }, folder)
    expect(report.problems).toEqual([])
    const found: unknown[] = []
    await rebuildCases(office, difference => found.push(difference))
    expect(found).toEqual([])
  })
})

describe('the set-up page’s demo', async () => {
  const database = await testDatabase()
  const { pool, owner } = database
  const rootKey = createSecretKey(randomBytes(32))
  const offices = createOffices(pool, systemClock, rootKey)
  const parts = { config, log, clock: systemClock, pool, owner, rootKey, offices }
  const founding = (packId: string, host: string) => ({
    name: { en: 'Hill District', 'zh-CN': '山区' },
    language: 'en' as const,
    timeZone: 'Europe/London',
    packId,
    host,
    demo: true,
    administrator: {
      name: 'Sam',
      email: 'sam@example.org',
      password: 'nine lanterns over water',
      handlesCases: true,
    },
  })

  test.each([
    ['cn-2022', '2026-02-20T03:00:00Z'],
    ['cn-hotline-example', '2026-05-01T20:30:00Z'],
    ['generic', '2026-03-29T00:30:00Z'],
  ])('plays under the rules of %s, at %s too', async (packId, at) => {
    const now = Temporal.Instant.from(at)
    const office = await foundTenant(parts, founding(packId, `${packId}.example`))
    const past = { ...office, clock: { now: () => now } }
    await loadDemo(parts, past, now)
    const states = (await statesOf(database, office.tenant.id)).filter(state => state.channel !== 'import')
    expect(new Set(states.map(state => state.status))).toEqual(new Set(statuses))
    expect(await isTenantHeld(pool, office.tenant.id)).toBe(false)
  })

  test('keeps the deadline pass away while its weeks are written', async () => {
    const held = await holdTenant(owner, 1)
    expect(await isTenantHeld(pool, 1)).toBe(true)
    expect(await isTenantHeld(pool, 2)).toBe(false)
    await held.release()
    expect(await isTenantHeld(pool, 1)).toBe(false)
  })
})

test('the box on the set-up page loads it, and shows its accounts where the server runs', async () => {
  const database = await testDatabase()
  const { app, parts } = await testApp(database, systemClock)
  const token = (await makeSetUpLink(parts))?.split('=')[1] ?? ''
  const told = vi.spyOn(console, 'log').mockImplementation(() => {})
  const done = await visitor(app).post('/set-up', {
    token,
    'name-zh-CN': '柳镇',
    'name-en': 'Willow Town',
    language: 'zh-CN',
    timeZone: 'Asia/Shanghai',
    pack: 'cn-2022',
    administrator: 'Lin Wei',
    email: 'lin@example.org',
    password: 'nine lanterns over water',
    demo: 'yes',
  })
  const lines = told.mock.calls.join('\n')
  told.mockRestore()
  expect(done.statusCode).toBe(303)
  expect(lines).toContain(demoEmail('auditor'))
  expect(lines).toContain(demoToken)
  const browser = visitor(app)
  await browser.post('/sign-in', { email: demoEmail('roads-head'), password: demoPassword })
  expect((await browser.get('/cases')).statusCode).toBe(200)
  expect(await makeSetUpLink(parts)).toBeUndefined()
})
