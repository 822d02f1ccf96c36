import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptCase, answerCase, askInformation } from '../../src/cases/actions/staff.ts'
import { findCaseByNumber } from '../../src/cases/reads.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import { phonePhoto } from '../../src/platform/files/fixtures/documents.ts'
import type { Lang } from '../../src/platform/i18n/languages.ts'
import { translator } from '../../src/platform/i18n/translator.ts'
import { testApp } from '../support/app.ts'
import { testBrowser } from '../support/browser.ts'
import { actorOf } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'

// A resident on an old phone: 360 px wide, no scripts, from the front page to asking for a review.

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)
const address = await app.listen({ port: 0, host: '127.0.0.1' })
const browser = await testBrowser()

const words = {
  en: {
    what: 'There is a deep hole in front of the school.\nA child fell into it yesterday.',
    wanted: 'Fill it, and put up a sign until then.',
    address: 'Willow Street 12, East Village',
    name: 'Robin Example',
    find: 'pothole',
    message: 'It has become deeper since the rain.',
    review: 'Nobody came to look at it.',
  },
  'zh-CN': {
    what: '学校门口有一个很深的坑。\n昨天有孩子摔进去了。',
    wanted: '尽快填平，填平前设置警示牌。',
    address: '东村柳街12号',
    name: '罗小宾',
    find: '坑洼',
    message: '下雨以后坑变得更深了。',
    review: '没有人来现场看过。',
  },
} as const satisfies Record<Lang, object>

const parts = {
  asked: 'The hole is to be filled.',
  facts: 'The hole is 40 cm deep and lies on the way to school.',
  rule: 'Road maintenance rules, section 3.',
  remedy: 'It is filled and the kerb repaired.',
}

type Look = (page: Page, name: string) => Promise<void>

/**
 * Checks that everything on a page can be used by everyone, and that nothing scrolls sideways. The checker itself is a
 * script, so it looks at a copy of the page in a window that runs scripts, but none of the page's own.
 */
async function looker(viewport: { width: number; height: number }): Promise<Look> {
  const folder = process.env.RESIDENT_SCREENSHOTS
  const copy = await (await browser.newContext({ viewport })).newPage()
  let shown = { url: '', markup: '' }
  await copy.route('**/*', route => {
    const { url } = shown
    if (route.request().url().endsWith('.js')) return route.abort()
    if (route.request().url() !== url) return route.continue()
    return route.fulfill({ contentType: 'text/html; charset=utf-8', body: shown.markup })
  })
  return async (page, name) => {
    // A page that is only on its way has nothing in it to look at.
    await page.waitForLoadState()
    await page.locator('footer').waitFor()
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
    const markup = (await page.content()).replaceAll(/<(\/?)noscript>/g, '<$1div>')
    shown = { url: page.url().split('#')[0] ?? '', markup }
    await copy.goto('about:blank')
    await copy.goto(shown.url)
    const { violations } = await new AxeBuilder({ page: copy })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .setLegacyMode()
      .analyze()
    expect([name, violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)]).toEqual([name, []])
    const sideways = await copy.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect([name, sideways]).toEqual([name, 0])
  }
}

async function idOf(number: string): Promise<string> {
  const found = await inSnapshot(office.pool, office.tenant.id, tx => findCaseByNumber(tx, number))
  if (!found) throw new Error('no such case')
  return found.id
}

for (const [lang, width] of [
  ['en', 360],
  ['zh-CN', 360],
  ['en', 1280],
  ['zh-CN', 1280],
] as const) {
  describe(`in ${lang} at ${width} px, without scripts`, () => {
    const t = translator(lang)
    const say = words[lang]
    let context: BrowserContext
    let page: Page
    let look: Look
    const shot = (name: string) => look(page, `${name}-${lang}-${width}`)
    // Some links look like buttons, and are told so to who hears them.
    const link = (name: string) => page.locator('a').filter({ hasText: new RegExp(`^${name}$`) })
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const next = () => button(t('raise.continue')).click()

    beforeAll(async () => {
      context = await browser.newContext({
        viewport: { width, height: 740 },
        javaScriptEnabled: false,
        locale: lang,
        baseURL: address,
      })
      page = await context.newPage()
      look = await looker({ width, height: 740 })
    })
    afterAll(() => context?.close())

    test('a resident files with a photo, follows, writes, is answered, and asks for a review', async () => {
      await page.goto('/')
      await shot('01-front')
      await link(t('front.raise')).click()

      await next()
      await shot('02-kind-fault')
      await page.locator('input[value=hazard]').check()
      await shot('03-kind')
      await next()

      await shot('04-category')
      await page.getByLabel(t('raise.category.find')).fill(say.find)
      await button(t('raise.category.find.do')).click()
      await page.locator('input[value=road-damage]').check()
      await shot('05-category-found')
      await next()

      await page.getByLabel(t('raise.what.title')).fill(say.what)
      await page.getByLabel(t('raise.what.wanted')).fill(say.wanted)
      await shot('06-what')
      await next()

      await next()
      await shot('07-where-fault')
      await page.getByLabel(t('raise.where.address')).fill(say.address)
      await shot('08-where')
      await next()

      await shot('09-files')
      const photo = { name: 'hole.jpg', mimeType: 'image/jpeg', buffer: await phonePhoto(800, 600) }
      const program = { name: 'tool.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') }
      await page.getByLabel(t('raise.files.choose')).setInputFiles([photo, program])
      await button(t('raise.files.add')).click()
      await shot('10-files-fault')
      await next()

      await shot('11-you')
      await page.locator('input[value=named]').check()
      await next()

      await page.getByLabel(t('raise.contact.name')).fill(say.name)
      await page.getByLabel(t('raise.contact.email')).fill('robin@example')
      await next()
      await shot('12-contact-fault')
      await page.getByLabel(t('raise.contact.email')).fill('robin@example.org')
      await next()

      await page.locator('input[name=own][value=yes]').check()
      await shot('13-about')
      await page.locator('input[name=own][value=no]').check()
      await next()

      await shot('14-check')
      await page.locator('a[href="/raise/where?back=check"]').first().click()
      await shot('15-change')
      await next()
      await button(t('raise.send')).click()

      await shot('16-receipt')
      const number = (await page.locator('.app-case-number').first().textContent())?.trim() ?? ''
      const code = await page.locator('.app-receipt-code__group').allInnerTexts()
      expect(code.join('')).toMatch(/^\d{16}$/)
      await page.reload()
      expect(await page.locator('.app-receipt-code__group').allInnerTexts()).toEqual(code)
      const id = await idOf(number)

      await link(t('raise.receipt.follow')).click()
      await page.getByLabel(t('raise.receipt.code')).fill('1234')
      await button(t('follow.entry.do')).click()
      await shot('17-follow-fault')
      await page.getByLabel(t('raise.receipt.code')).fill(code.join(''))
      await button(t('follow.entry.do')).click()
      await shot('18-case')
      await page.locator('a[href$="/date/answer-1"]').click()
      await shot('19-date')
      await link(t('ui.back')).click()

      await link(t('feeds.case.link')).click()
      await button(t('feeds.renew')).click()
      await shot('19-calendar')
      await link(t('ui.back')).click()
      await link(t('follow.do.message')).click()
      await page.getByLabel(t('follow.message.label')).fill(say.message)
      await shot('20-message')
      await button(t('raise.send')).click()
      await shot('21-case-message')

      const officer = await actorOf(office, office.staff['case-officer'])
      await acceptCase(office, officer, { id })
      await askInformation(office, officer, { id }, { text: 'Which side of the street is it on?' })
      await page.reload()
      await shot('22-case-asked')
      await link(t('follow.asked.do')).click()
      await shot('23-answer-question')
      await page.getByLabel(t('follow.asked.label')).fill(say.address)
      await button(t('raise.send')).click()
      await page.waitForURL(/\/follow\/[^/]+\?done=/)

      const lead = await actorOf(office, office.staff.lead)
      await answerCase(office, lead, { id }, { parts, outcome: 'supported', remedyBy: '2026-03-20' })
      await page.reload()
      await shot('24-case-answered')
      await link(t('follow.do.agree')).click()
      await shot('25-agree')
      await link(t('ui.back')).click()
      await link(t('follow.do.review')).click()
      await button(t('follow.do.review')).click()
      await shot('26-review-fault')
      await page.getByLabel(t('follow.review.label')).fill(say.review)
      await button(t('follow.do.review')).click()
      await shot('27-case-review')
      await link(t('follow.do.withdraw')).click()
      await shot('28-withdraw')
      await page.goto(`/follow/${number}/agree`)
      await shot('29-not-now')
      await page.goto(`/follow/${number}`)
      await button(t('follow.leave')).click()
      await shot('30-left')
    }, 240_000)

    test('the other pages can be used by everyone', async () => {
      for (const path of ['promises', 'accessibility', 'contact', 'verify', 'follow/link']) {
        await page.goto(`/${path}`)
        await shot(`40-${path.replace('/', '-')}`)
      }
      await context.clearCookies()
      for (const path of ['raise/what', 'raise/receipt', 'raise/start-again', 'follow/open']) {
        await page.goto(`/${path}`)
        await shot(`41-${path.replace('/', '-')}`)
      }
      await page.goto('/raise/kind')
      await page.locator('input[value=hazard]').check()
      await next()
      await page.goto('/raise')
      await shot('42-resume')
      await page.goto('/raise/check')
      await shot('43-check-fault')
    }, 120_000)

    test('the language switch keeps what was typed', async () => {
      await page.goto('/raise/what')
      await page.locator('textarea[name=what]').fill(say.what)
      await page.locator('.app-language__button').click()
      expect(await page.locator('textarea[name=what]').inputValue()).toBe(say.what)
      expect(await page.locator('html').getAttribute('lang')).not.toBe(lang)
      await page.locator('.app-language__button').click()
    })
  })
}

test('the filing can be used with the keyboard alone, and the filter finds hidden words', async () => {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    baseURL: address,
    locale: 'en',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto('/raise/kind')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('skip-link')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/raise/category')
  await page.getByLabel('Search the list').fill('坑洼')
  await page.getByText('Damaged road or pavement').waitFor()
  await (await looker({ width: 360, height: 740 }))(page, '50-category-scripted')
  expect(await page.locator('[data-search-item]:visible').count()).toBeLessThan(4)
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)
