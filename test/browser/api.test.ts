import { AxeBuilder } from '@axe-core/playwright'
import { beforeAll, expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { testBrowser } from '../support/browser.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'

// The page of the interface: read by people who build against it, on a desk and on a phone.

const database = await testDatabase()
const browser = await testBrowser()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)
let address: string
beforeAll(async () => {
  address = await app.listen({ port: 0, host: '127.0.0.1' })
})

test.each([
  ['en', 1280],
  ['zh-CN', 360],
] as const)('the page of the interface can be used by everyone (%s, %d px)', async (locale, width) => {
  const context = await browser.newContext({ locale, viewport: { width, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${address}/api/v1/`)
  const folder = process.env.API_SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${locale}-${width}.png` })
  // One closed part of each kind opened, the rest are alike.
  for (const details of (await page.locator('details').all()).slice(0, 6))
    await details.locator('summary').click()
  if (folder) await page.screenshot({ path: `${folder}/${locale}-${width}-open.png` })
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  await page.locator('#open-identity').scrollIntoViewIfNeeded()
  expect(await page.locator('#open-identity').isVisible()).toBe(true)
  await context.close()
})
