import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveAssets } from '../platform/http/static.ts'
import { isLang, languages } from '../platform/i18n/languages.ts'
import { galleryPages } from './gallery/pages.ts'

let browser: Browser
let app: FastifyInstance
let address: string

beforeAll(async () => {
  app = Fastify()
  await serveAssets(app)
  app.get<{ Params: { name: string; lang: string } }>('/gallery/:name/:lang', (request, reply) => {
    const { name, lang } = request.params
    const render = galleryPages[name]
    if (!render || !isLang(lang)) return reply.code(404).send()
    // The strictest policy that pages may have to live with: nothing inline, nothing from elsewhere.
    return reply
      .header(
        'content-security-policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'",
      )
      .type('text/html; charset=utf-8')
      .send(String(render(lang)))
  })
  address = await app.listen({ port: 0, host: '127.0.0.1' })
  browser = await chromium.launch({ executablePath: findChromium(), args: browserArguments })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await app?.close()
})

const browserArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function findChromium(): string {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (!existsSync(path)) throw new Error(`no browser at ${path}: set CHROMIUM_PATH to a Chromium`)
  return path
}

async function open(
  context: BrowserContext,
  name: string,
  lang: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  // The browser asks for this by itself; it is not part of any page.
  await page.route('**/favicon.ico', route => route.fulfill({ status: 204 }))
  await page.goto(`${address}/gallery/${name}/${lang}`)
  return { page, complaints }
}

for (const width of [360, 1280]) {
  describe(`at ${width} px`, () => {
    let context: BrowserContext
    beforeAll(async () => {
      context = await browser.newContext({ viewport: { width, height: 800 } })
    })
    afterAll(() => context?.close())

    for (const lang of languages) {
      for (const name of Object.keys(galleryPages)) {
        it(`the ${name} page in ${lang} can be used by everyone`, async () => {
          const { page, complaints } = await open(context, name, lang)
          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .analyze()
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          const folder = process.env.GALLERY_SCREENSHOTS
          if (folder)
            await page.screenshot({ path: `${folder}/${name}-${lang}-${width}.png`, fullPage: true })
          await page.close()
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
          expect(sideways).toBeLessThanOrEqual(0)
          expect(complaints).toEqual([])
        }, 30_000)
      }
    }
  })
}
