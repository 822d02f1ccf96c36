import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { testBrowser } from '../../../../test/support/browser.ts'
import { serveGallery } from '../../gallery/serve.ts'

const browser = await testBrowser()
const { app, address } = await serveGallery()
afterAll(() => app.close())

let context: BrowserContext | undefined
let posted: number

afterEach(() => context?.close())

async function open(name: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  context = await browser.newContext(options)
  const page = await context.newPage()
  posted = 0
  // No answer that would replace the page: it stays, and its button can be pressed again.
  await page.route(`${address}/file/**`, route => {
    posted++
    return route.fulfill({ status: 204 })
  })
  await page.goto(`${address}/gallery/${name}/en`)
  return page
}

describe('without scripts', () => {
  it('every field of a form can be reached and nothing is offered that would not work', async () => {
    const page = await open('form', { javaScriptEnabled: false })
    await page.getByLabel('With my name').check()
    await page.getByLabel('Your name').fill('J. Smith')
    expect(await page.getByText('Use my position').isVisible()).toBe(false)
    expect(await page.getByText('You can enter up to 200 characters').isVisible()).toBe(true)
  })

  it('only the fields of the chosen answer are shown', async () => {
    const page = await open('form', { javaScriptEnabled: false })
    expect(await page.getByLabel('Your name').isVisible()).toBe(false)
    await page.getByLabel('With my name').check()
    expect(await page.getByLabel('Your name').isVisible()).toBe(true)
    await page.getByLabel('Anonymous').check()
    expect(await page.getByLabel('Your name').isVisible()).toBe(false)
  })

  it('the long list opens group by group', async () => {
    const page = await open('category', { javaScriptEnabled: false })
    expect(await page.getByLabel('Search the list').isVisible()).toBe(false)
    await page.getByText('Water and waste').click()
    await page.getByLabel('No water').check()
  })
})

describe('with scripts', () => {
  it('the characters left are counted while one types', async () => {
    const page = await open('form')
    await page.getByLabel('What happened?').fill('x'.repeat(199))
    expect(await page.getByText('You have 1 character left').count()).toBeGreaterThan(0)
    // An emoji is one character to who types it.
    await page.getByLabel('What happened?').fill('😀'.repeat(202))
    expect(await page.getByText('You have 2 characters too many').first().isVisible()).toBe(true)
  })

  it('the long list is searched by every word, in names and groups', async () => {
    const page = await open('category')
    const search = page.getByLabel('Search the list')
    await search.fill('water CLEAN')
    expect(await page.getByLabel('No water').isVisible()).toBe(true)
    expect(await page.getByText('Streets and lights').isVisible()).toBe(false)
    await search.fill('unicorn')
    expect(await page.getByText('Nothing in the list matches').isVisible()).toBe(true)
    await search.press('Enter')
    expect(posted).toBe(0)
    await search.fill('')
    expect(await page.getByText('Streets and lights').isVisible()).toBe(true)
  })

  it('a form is sent once however often its button is pressed', async () => {
    const page = await open('check')
    const send = page.getByRole('button', { name: 'Send' })
    for (let i = 0; i < 5; i++) await send.click({ force: true })
    expect(await send.getAttribute('aria-disabled')).toBe('true')
    expect(posted).toBe(1)
  })

  it('the position of the device fills the fields, when asked for', async () => {
    const page = await open('form', {
      geolocation: { latitude: 31.230416, longitude: 121.473701 },
      permissions: ['geolocation'],
    })
    await page.getByText('Use my position').click()
    await page.getByText('Your position was filled in.').waitFor()
    expect(await page.getByLabel('Latitude').inputValue()).toBe('31.23042')
    expect(await page.getByLabel('Longitude').inputValue()).toBe('121.47370')
  })

  it('a position that is refused is said, and how to go on', async () => {
    const page = await open('form')
    await page.getByText('Use my position').click()
    await page.getByText('Describe the place in words instead').waitFor()
  })

  it('a form that came back puts the reader at what is wrong', async () => {
    const page = await open('form-with-faults')
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('govuk-error-summary')
    await page.locator('.govuk-error-summary a').first().click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('what')
  })
})
