import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testBrowser } from '../../test/support/browser.ts'
import { languages } from '../platform/i18n/languages.ts'
import { galleryPages } from './gallery/pages.ts'
import { serveGallery } from './gallery/serve.ts'

const browser = await testBrowser()
const { app, address } = await serveGallery()
afterAll(() => app.close())

for (const width of [360, 1280]) {
  describe(`at ${width} px`, () => {
    let page: Page
    const complaints: string[] = []
    beforeAll(async () => {
      const context = await browser.newContext({ viewport: { width, height: 800 } })
      page = await context.newPage()
      page.on('console', message => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', error => complaints.push(error.message))
    })
    afterAll(() => page?.context().close())

    for (const lang of languages) {
      for (const name of Object.keys(galleryPages)) {
        it(`the ${name} page in ${lang} can be used by everyone`, async () => {
          complaints.length = 0
          await page.goto(`${address}/gallery/${name}/${lang}`)
          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .setLegacyMode()
            .analyze()
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          const folder = process.env.GALLERY_SCREENSHOTS
          if (folder)
            await page.screenshot({ path: `${folder}/${name}-${lang}-${width}.png`, fullPage: true })
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
          expect(sideways).toBeLessThanOrEqual(0)
          expect(complaints).toEqual([])
        }, 30_000)
      }
    }
  })
}
