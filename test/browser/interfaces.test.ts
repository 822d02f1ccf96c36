import { AxeBuilder } from '@axe-core/playwright'
import { beforeAll, describe, expect, test } from 'vitest'
import { allowedNetworks } from '../../src/platform/http-client/address.ts'
import { addEndpoint } from '../../src/webhooks/actions/endpoints.ts'
import { sendTest } from '../../src/webhooks/actions/replay.ts'
import { deliver } from '../../src/webhooks/deliver.ts'
import { testBrowser } from '../support/browser.ts'
import { testDatabase } from '../support/database.ts'
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

beforeAll(async () => {
  site = await staffSite(database)
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
  ['en', 1280],
  ['zh-CN', 360],
] as const)('in %s at %i px', (lang, width) => {
  test('webhooks, the log of one, and calendars can be used by everyone', async () => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      locale: lang,
      javaScriptEnabled: true,
    })
    const page = await context.newPage()
    await page.goto(`${address}/sign-in`)
    await page.fill('[name=email]', 'administrator@example.org')
    await page.fill('[name=password]', testPassword)
    await Promise.all([page.waitForURL('**/organisation**'), page.click('main button[type=submit]')])
    const look = async (name: string) => {
      const folder = process.env.STAFF_SCREENSHOTS
      if (folder) await page.screenshot({ path: `${folder}/${name}-${lang}.png`, fullPage: true })
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(
        violations.map(one => [one.id, one.nodes.map(node => node.html)]),
        name,
      ).toEqual([])
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0)
    }
    await page.goto(`${address}/organisation/webhooks`)
    await look('webhooks')
    await page.goto(`${address}/organisation/webhooks/${endpoint}`)
    await look('webhook')
    await page.goto(`${address}/account/calendars`)
    await page.click('main button[type=submit]')
    await look('calendars')
    await context.close()
  }, 60_000)
})
