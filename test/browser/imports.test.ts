import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { csvLine } from '../../src/exchange/csv.ts'
import { exchangeJobs } from '../../src/exchange/jobs.ts'
import type { Lang } from '../../src/platform/i18n/languages.ts'
import { translator } from '../../src/platform/i18n/translator.ts'
import { testBrowser } from '../support/browser.ts'
import { testDatabase } from '../support/database.ts'
import { type StaffSite, staffSite } from '../support/staff.ts'
import { giveTestPassword, testPassword } from '../support/visitor.ts'

// An administrator brings in a file: upload, columns, dry run, import. With scripts at 1280 px, without at 360 px.

const database = await testDatabase()
const browser = await testBrowser()
let site: StaffSite
let address: string

beforeAll(async () => {
  site = await staffSite(database)
  address = await site.app.listen({ port: 0, host: '127.0.0.1' })
  await giveTestPassword(site.parts, site.office, site.office.staff.administrator)
})

const columns: Record<Lang, string[]> = {
  en: [
    'Number',
    'Day raised',
    'What happened',
    'Category',
    'A column whose name goes on and on without_a_place_to_break_it',
  ],
  'zh-CN': ['编号', '提出日期', '事项内容', '类别', '一个名称非常非常长而且没有任何用处的附加列'],
}

function fileOf(lang: Lang, width: number): Buffer {
  const row = (key: string, day: string) => [
    `${key}-${lang}-${width}`,
    day,
    lang === 'en' ? 'The lamp is out' : '路灯不亮',
    'street-light',
    'x'.repeat(200),
  ]
  const rows = [row('1', '2026-01-05 10:00'), row('2', '2026-01-06 10:00'), row('3', 'yesterday')]
  return Buffer.from([columns[lang], ...rows].map(line => csvLine(line)).join(''))
}

/** Everything on a page can be used by everyone, and nothing scrolls sideways. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env['STAFF_SCREENSHOTS']
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  const scripted = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await scripted.route('**/*.js', route => route.abort())
  await scripted.route(page.url().split('#')[0] ?? '', async route =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: await page.content() }),
  )
  await scripted.goto(page.url())
  const { violations } = await new AxeBuilder({ page: scripted })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .setLegacyMode()
    .analyze()
  expect([name, violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)]).toEqual([name, []])
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect([name, sideways]).toEqual([name, 0])
  await scripted.context().close()
}

for (const lang of ['en', 'zh-CN'] as const) {
  for (const { width, scripts } of [
    { width: 1280, scripts: true },
    { width: 360, scripts: false },
  ]) {
    describe(`in ${lang}, ${width} px wide, ${scripts ? 'with' : 'without'} scripts`, () => {
      const t = translator(lang)
      const name = (page: string) => `import-${page}-${lang}-${width}`

      test('a file is uploaded, its columns are seen beside its rows, and it is checked and imported', async () => {
        const context = await browser.newContext({
          viewport: { width, height: 900 },
          locale: lang,
          javaScriptEnabled: scripts,
        })
        const page = await context.newPage()
        page.on('pageerror', error => {
          throw error
        })
        await page.goto(`${address}/organisation/imports`)
        await page.locator('input[name=email]').fill('administrator@example.org')
        await page.locator('input[name=password]').fill(testPassword)
        await page.locator('main button[type=submit]').first().click()
        await page.waitForURL('**/organisation/imports')
        await look(page, name('list'))

        // Without its kind a file has to be chosen again, and the page says so.
        const buffer = fileOf(lang, width)
        const file = { name: 'a-file-with-a-rather-long-name.csv', mimeType: 'text/csv', buffer }
        await page.locator('input[type=file]').setInputFiles(file)
        await page.getByRole('button', { name: t('exchange.import.upload') }).click()
        await page.locator('.govuk-error-summary').waitFor()
        expect(await page.locator('#file-error').textContent()).toContain(t('exchange.import.file.again'))
        await look(page, name('fault'))
        await page.getByLabel(t('exchange.import.kind'), { exact: true }).selectOption('cases')
        await page.locator('input[type=file]').setInputFiles(file)
        await page.getByRole('button', { name: t('exchange.import.upload') }).click()
        await page.waitForURL(/imports\/[0-9a-f-]{36}$/)
        expect(await page.locator('select[name=field-key]').inputValue()).toBe(columns[lang][0])
        expect(await page.locator('select[name=dateFormat]').inputValue()).toBe('yyyy-MM-dd HH:mm')
        await look(page, name('columns'))

        await page.getByRole('button', { name: t('exchange.mapping.check') }).click()
        await page.locator('progress').waitFor()
        await look(page, name('checking'))
        const id = page.url().split('/').at(-1) ?? ''
        const work = (step: 'check' | 'run') =>
          exchangeJobs(site.parts).tasks['run-import']?.({ tenant: site.office.tenant.id, id, step })
        await work('check')
        // The page comes again by itself, scripts or none.
        await page.getByRole('heading', { name: t('exchange.import.reasons') }).waitFor({ timeout: 10_000 })
        await look(page, name('checked'))
        await page.getByRole('button', { name: t('exchange.import.run') }).click()
        await page.locator('progress').waitFor()
        await work('run')
        await page.getByRole('link', { name: t('exchange.import.rejected') }).waitFor({ timeout: 10_000 })
        await page.getByText(t('exchange.import.status.done')).waitFor()
        await look(page, name('done'))
        await context.close()
      }, 60_000)
    })
  }
}
