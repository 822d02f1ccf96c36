import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/org/may.ts'
import type { Lang } from '../../src/platform/i18n/languages.ts'
import { translator } from '../../src/platform/i18n/translator.ts'
import { testBrowser } from '../support/browser.ts'
import { fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { type StaffSite, staffSite } from '../support/staff.ts'
import { giveTestPassword, testPassword } from '../support/visitor.ts'

// A day of officials: register at the desk, take in hand, ask, answer. With scripts at 1280 px, without at 360 px.

const database = await testDatabase()
const browser = await testBrowser()
let site: StaffSite
let address: string

beforeAll(async () => {
  site = await staffSite(database)
  address = await site.app.listen({ port: 0, host: '127.0.0.1' })
  const { parts, office } = site
  for (const id of Object.values(office.staff)) await giveTestPassword(parts, office, id)
})

const words = {
  en: {
    what: 'The kerb in front of the school is broken.\nA wheelchair got stuck yesterday.',
    wanted: 'Mend it before term starts.',
    address: '3 Willow Street',
    name: 'Robin Example',
    search: 'wheelchair',
    ask: 'On which side of the street is it?',
    facts: 'We measured on 5 March: three stones are loose over two metres.',
    rule: 'Road maintenance rules, section 3.',
    remedy: 'The stones are set anew.',
    note: 'The crew is free on Friday.',
  },
  'zh-CN': {
    what: '学校门口的路沿石坏了。\n昨天有轮椅卡住。',
    wanted: '开学前修好。',
    address: '柳街三号',
    name: '罗小宾',
    search: '轮椅',
    ask: '请问在路的哪一侧？',
    facts: '三月五日现场测量，约两米范围内有三块路沿石松动。',
    rule: '道路养护规定第三条。',
    remedy: '重新铺设路沿石。',
    note: '养护队周五有空。',
  },
} as const satisfies Record<Lang, object>

/** Everything on a page can be used by everyone, nothing scrolls sideways, and the page has a title of its own. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.STAFF_SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  const scripted = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await scripted.route('**/*.js', route => route.abort())
  await scripted.route(page.url().split('#')[0] ?? '', async route =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: (await page.content()).replaceAll(/<(\/?)noscript>/g, '<$1div>'),
    }),
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
      const say = words[lang]
      const name = (page: string) => `staff-${page}-${lang}-${width}`
      let number = ''

      async function signIn(role: Role): Promise<Page> {
        const context = await browser.newContext({
          viewport: { width, height: 900 },
          locale: lang,
          javaScriptEnabled: scripts,
        })
        const page = await context.newPage()
        page.on('pageerror', error => {
          throw error
        })
        await page.goto(`${address}/cases`)
        await page.locator('input[name=email]').fill(`${role}@example.org`)
        await page.locator('input[name=password]').fill(testPassword)
        await page.locator('main button[type=submit]').first().click()
        await page.waitForURL('**/cases*')
        return page
      }

      test('the desk registers a case, and says where it belongs', async () => {
        const page = await signIn('front-desk')
        await page.getByRole('link', { name: t('staff.nav.desk') }).click()
        await look(page, name('desk'))
        await page.getByLabel(t('cases.channel.phone')).check()
        await page.locator('input[name=kind][value=hazard]').check()
        await page.locator('textarea[name=what]').fill(say.what)
        await page.locator('textarea[name=wanted]').fill(say.wanted)
        if (!scripts)
          await page
            .locator('summary', { hasText: lang === 'en' ? 'Streets' : '道路' })
            .first()
            .click()
        else await page.locator('[data-search-field]').fill(lang === 'en' ? 'pavement' : '路面')
        await page.locator('input[name=category][value=road-damage]').check()
        await page.locator('input[name=address]').fill(say.address)
        await page.locator('input[name=protection][value=named]').check()
        await page.locator('input[name=name]').fill(say.name)
        await page.locator('input[name=own][value=no]').check()
        const unit = site.office.units.roads && (lang === 'en' ? 'Roads Office' : '道路科')
        if (!scripts) await page.getByRole('button', { name: t('reception.belongs.ask') }).click()
        await page.locator('#where', { hasText: unit }).waitFor()
        await page.locator('input[name=q-size][value=wheel]').check()
        expect(await page.locator('textarea[name=what]').inputValue()).toBe(say.what)
        await look(page, name('desk-filled'))
        await page.getByRole('button', { name: t('reception.register'), exact: true }).click()
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await look(page, name('desk-receipt'))
        number = /\d{4}-\d{6}-\d/.exec(await page.title())?.[0] ?? ''
        expect(number).not.toBe('')
        await page.getByRole('button', { name: t('reception.next') }).click()
        expect(await page.locator('textarea[name=what]').inputValue()).toBe('')
        await page.context().close()
      })

      test('an officer finds it by a word, takes it in hand, asks and notes', async () => {
        const page = await signIn('case-officer')
        await look(page, name('queue-empty'))
        await page.locator('.app-subnav a', { hasText: t('staff.queue.tab.unassigned') }).click()
        await page.getByLabel(t('staff.queue.search')).fill(say.search)
        await page.getByRole('button', { name: t('staff.queue.search.do') }).click()
        const row = page.getByRole('link', { name: number })
        await row.waitFor()
        await look(page, name('queue'))
        if (scripts) {
          // By keyboard alone.
          await row.focus()
          await page.keyboard.press('Enter')
        } else await row.click()
        await page.getByRole('heading', { level: 1 }).waitFor()
        expect(await page.title()).toContain(number)
        await look(page, name('case-filed'))
        await page.getByRole('button', { name: t('staff.send.accept'), exact: true }).click()
        await page.getByText(t('staff.done.accept')).waitFor()
        await page.getByText(t('staff.do.add-note')).last().click()
        await page.locator('#add-note-text').fill(say.note)
        await page.getByRole('button', { name: t('staff.send.add-note') }).click()
        await page.getByText(say.note).first().waitFor()
        await page.getByRole('button', { name: t('staff.do.ask-information'), exact: true }).click()
        await page.getByRole('button', { name: t('staff.send.ask-information'), exact: true }).click()
        await page.locator('.govuk-error-summary').waitFor()
        await look(page, name('ask-fault'))
        await page.locator('textarea[name=text]').fill(say.ask)
        await page.getByRole('button', { name: t('staff.send.ask-information'), exact: true }).click()
        await page.getByText(t('staff.done.ask-information')).waitFor()
        await look(page, name('case-waiting'))
        await page
          .getByRole('link', { name: t('staff.case.how') })
          .first()
          .click()
        await look(page, name('date'))
        await page.context().close()
      })

      test('the lead answers, sees the answer first as the resident will, and signs', async () => {
        const page = await signIn('lead')
        await page.goto(`${address}/cases/${number}`)
        await page.getByRole('button', { name: t('staff.do.answer'), exact: true }).click()
        await look(page, name('answer'))
        expect(await page.locator('textarea[name=asked]').inputValue()).toBe(say.wanted)
        await page.locator('textarea[name=facts]').fill(say.facts)
        await page.locator('textarea[name=rule]').fill(say.rule)
        await page.locator('textarea[name=remedy]').fill(say.remedy)
        await page.getByRole('button', { name: t('staff.preview') }).click()
        await page.locator('.govuk-error-summary').waitFor()
        expect(await page.locator('textarea[name=facts]').inputValue()).toBe(say.facts)
        await look(page, name('answer-fault'))
        await page.locator('input[name=outcome][value=supported]').check()
        for (const [part, value] of [
          ['day', '20'],
          ['month', '12'],
          ['year', '2026'],
        ])
          await page.locator(`input[name=remedyBy-${part}]`).fill(value ?? '')
        await page.getByRole('button', { name: t('staff.preview') }).click()
        await page.getByText(t('staff.preview.title.decision')).waitFor()
        await look(page, name('answer-preview'))
        await page.getByRole('button', { name: t('staff.preview.change') }).click()
        expect(await page.locator('textarea[name=facts]').inputValue()).toBe(say.facts)
        await page.getByRole('button', { name: t('staff.preview') }).click()
        await page.getByRole('button', { name: t('staff.send.answer') }).click()
        await page.getByText(t('staff.done.answer')).waitFor()
        await look(page, name('case-answered'))
        await page.context().close()
      })

      test('the unit head opens the identity with a purpose, and every other form is usable', async () => {
        const { number: fresh } = await fileOne(site.office, { language: lang })
        const page = await signIn('unit-head')
        for (const action of [
          'decline',
          'propose-redirect',
          'assign',
          'recuse',
          'add-document',
          'send-message',
        ]) {
          await page.goto(`${address}/cases/${fresh}/${action}`)
          await look(page, name(action))
        }
        await page.goto(`${address}/cases/${number}/correct-answer`)
        await look(page, name('correct-answer'))
        await page.goto(`${address}/cases/${number}/open-identity`)
        await look(page, name('purpose'))
        await page.locator('textarea[name=text]').fill(say.note)
        await page.getByRole('button', { name: t('staff.send.open-identity') }).click()
        await page.getByText(say.name).waitFor()
        await look(page, name('identity'))
        await page.goto(`${address}/cases?tab=units&status=answered&q=${encodeURIComponent(say.search)}`)
        await look(page, name('queue-filtered'))
        expect(await page.locator('tbody tr').count()).toBeGreaterThan(0)
        await page.context().close()
      })
    })
  }
}

test('rows of a list are walked by j and k, once one of them has the focus', async () => {
  await fileOne(site.office)
  await fileOne(site.office)
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en' })
  const page = await context.newPage()
  await page.goto(`${address}/cases?tab=units`)
  await page.locator('[name=email]').fill('unit-head@example.org')
  await page.locator('[name=password]').fill(testPassword)
  await page.locator('main button[type=submit]').first().click()
  await page.locator('tbody a').first().waitFor()
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'))
  const links = await page.locator('tbody a').evaluateAll(all => all.map(one => one.getAttribute('href')))
  await page.keyboard.press('j')
  expect(links).not.toContain(await focused())
  await page.locator('tbody a').first().focus()
  await page.keyboard.press('j')
  expect(await focused()).toBe(links[1])
  await page.keyboard.press('k')
  expect(await focused()).toBe(links[0])
  expect(await page.locator('[data-rows-hint]').isVisible()).toBe(true)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${links[0]}`)
  await context.close()
})
