import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowedNetworks } from '../../src/platform/http-client/address.ts'
import { addEndpoint } from '../../src/webhooks/actions/endpoints.ts'
import { sendTest } from '../../src/webhooks/actions/replay.ts'
import { deliver } from '../../src/webhooks/deliver.ts'
import { testBrowser } from '../support/browser.ts'
import { testDatabase } from '../support/database.ts'
import { type ForeignServer, foreignServer } from '../support/foreign-server.ts'
import { startReceiver } from '../support/receiver.ts'
import { type StaffSite, staffSite } from '../support/staff.ts'
import { giveTestPassword, testPassword } from '../support/visitor.ts'

// The pages on which an office opens its doors to other programs: everyone can use them, at any width, in both languages.

const database = await testDatabase()
const browser = await testBrowser()
const allowed = allowedNetworks(['127.0.0.0/8'])
let site: StaffSite
let address: string
let endpoint: string
let foreign: ForeignServer

beforeAll(async () => {
  site = await staffSite(database, {
    env: { BASE_URL: 'http://127.0.0.1', WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' },
  })
  foreign = await foreignServer()
  address = await site.app.listen({ port: 0, host: '127.0.0.1' })
  const { parts, office } = site
  await giveTestPassword(parts, office, office.staff.administrator)
  const receiver = await startReceiver()
  const made = await addEndpoint(office, 'set-up', { url: receiver.url, types: [] }, allowed)
  endpoint = made.id
  for (const status of [204, 500, 500]) {
    receiver.answer = { status }
    await sendTest(office, 'set-up', endpoint)
    await deliver(office, endpoint, allowed)
    office.clock.advance({ minutes: 1 })
  }
  await deliver(office, endpoint, allowed)
})

describe.each([
  ['en', 1280, true],
  ['zh-CN', 360, false],
] as const)('in %s at %i px, with scripts: %s', (lang, width, javaScriptEnabled) => {
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    context = await browser.newContext({ viewport: { width, height: 800 }, locale: lang, javaScriptEnabled })
    page = await context.newPage()
    await page.goto(`${address}/sign-in`)
    await page.fill('[name=email]', 'administrator@example.org')
    await page.fill('[name=password]', testPassword)
    await Promise.all([page.waitForURL('**/organisation**'), page.click('main button[type=submit]')])
  })
  afterAll(() => context.close())

  const send = (form: string) =>
    Promise.all([page.waitForEvent('load'), page.click(`form[action="${form}"] button[type=submit]`)])

  /** What every page keeps to: nothing axe finds, nothing sideways. */
  async function look(name: string): Promise<void> {
    const folder = process.env.STAFF_SCREENSHOTS
    if (folder) await page.screenshot({ path: `${folder}/${name}-${lang}.png`, fullPage: true })
    // axe runs as a script of the page.
    if (javaScriptEnabled) {
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(
        violations.map(one => [one.id, one.nodes.map(node => node.html)]),
        name,
      ).toEqual([])
    }
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0)
  }

  test('webhooks, the log of one, and calendars can be used by everyone', async () => {
    await page.goto(`${address}/organisation/webhooks`)
    await look('webhooks')
    await page.goto(`${address}/organisation/webhooks/${endpoint}`)
    await look('webhook')
    await page.goto(`${address}/account/calendars`)
    await page.click('main button[type=submit]')
    await look('calendars')
  }, 60_000)

  test('a token is made, shown once, and revoked', async () => {
    const home = '/organisation/tokens'
    const name = `Phone app ${lang}`
    await page.goto(address + home)
    await page.fill('[name=name]', name)
    await send(home)
    // Nothing was chosen: the fault is beside its field, and what was typed is still there.
    expect(await page.title()).toMatch(lang === 'en' ? /^Error: / : /^有错误：/)
    expect(await page.inputValue('[name=name]')).toBe(name)
    await look('token-refused')
    await page.check('[name=scopes][value=open311]')
    await send(home)
    const token = await page.textContent('main code')
    expect(token).toMatch(/^ans_\w{32}$/)
    await look('token-made')
    const services = `${address}/open311/v2/requests.json?api_key=${token}`
    expect((await page.request.get(services)).status()).toBe(200)
    await page.click(`main a[href="${home}"]`)
    const row = page.locator('tr', { hasText: name })
    expect(await page.content()).not.toContain(token)
    await look('tokens')
    await row.locator('summary').click()
    await look('token-revoking')
    await Promise.all([page.waitForEvent('load'), row.locator('button').click()])
    expect(await row.locator('button').count()).toBe(0)
    expect((await page.request.get(services)).status()).toBe(403)
  }, 60_000)

  test('a connection is made, mapped, paused, gone on with and ended', async () => {
    const home = '/organisation/connections'
    await page.goto(address + home)
    await page.fill('[name=name]', `County ${lang}`)
    await page.check('[name=direction][value=to]')
    await page.fill('[name=url]', 'http://10.0.0.1/v2')
    await page.fill('[name=apiKey]', 'their-key')
    await send(home)
    expect(await page.inputValue('[name=url]')).toBe('http://10.0.0.1/v2')
    expect(await page.inputValue('[name=apiKey]')).toBe('')
    await look('connection-refused')
    await page.fill('[name=url]', foreign.endpoint)
    await page.fill('[name=apiKey]', 'their-key')
    await send(home)
    await page.selectOption('[name=pair-road-damage]', 'pothole')
    await look('connection-services')
    await page.click('main form button[type=submit]')
    await page.waitForURL(/connections\/[\w-]+\?done=saved/)
    const here = new URL(page.url()).pathname
    expect(await page.locator('form[action$="/services"], a[href$="/services"]').count()).toBeGreaterThan(0)
    await look('connection')
    for (const [step, next] of [
      ['pause', 'resume'],
      ['resume', 'pause'],
    ]) {
      await send(`${here}/${step}`)
      expect(await page.locator(`form[action="${here}/${next}"]`).count()).toBe(1)
      await look(`connection-${step}`)
    }
    await page
      .locator('details', { has: page.locator(`form[action="${here}/remove"]`) })
      .locator('summary')
      .click()
    await look('connection-removing')
    await send(`${here}/remove`)
    expect(page.url()).toContain(`${home}?done=removed`)
    expect(await page.locator('table a', { hasText: `County ${lang}` }).count()).toBe(0)
    await look('connections')
  }, 60_000)
})
