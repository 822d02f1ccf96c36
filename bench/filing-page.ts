import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import lighthouse from 'lighthouse'
import { type Browser, chromium } from 'playwright-core'
import { stepsFor } from '../src/cases/raise/steps.ts'
import { ensureChromium } from '../test/support/chromium.ts'
import type { Bench } from './support/bench.ts'
import { prepareDrafts } from './support/drafts.ts'
import type { Figure, Line } from './support/figure.ts'
import { bytes } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import { randomNumbers } from './support/texts.ts'

/** What the pages of a filing weigh, and what Lighthouse says of them. */
export const filingPage: Figure = async bench => {
  const town = await bench.town('filing_page')
  const server = await startServerProcess(town.env)
  const port = await freePort()
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-sync',
      `--remote-debugging-port=${port}`,
    ],
  })
  try {
    const [ticket] = await prepareDrafts(town.office, 1, randomNumbers(5))
    const cookie = `draft=${ticket?.id}.${ticket?.secret}`
    const pages = [...stepsFor({ protection: 'named' }), 'check'].map(
      step => `${server.address}/raise/${step}`,
    )
    return [await weigh(browser, pages, cookie), ...(await judge(bench, port, pages, cookie))]
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Everything that comes over the wire at the first view of each page, headers included; the heaviest one counts. */
async function weigh(browser: Browser, pages: readonly string[], cookie: string): Promise<Line> {
  const [name = '', value = ''] = cookie.split('=')
  const weights = new Map<string, number>()
  for (const url of pages) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en' })
    await context.addCookies([{ name, value, url }])
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    let total = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      total += encodedDataLength
    })
    await session.send('Network.enable')
    const answer = await page.goto(url, { waitUntil: 'networkidle' })
    if (answer?.status() !== 200) throw new Error(`${url}: ${answer?.status()}`)
    weights.set(new URL(url).pathname, total)
    await context.close()
  }
  const [first] = weights.values()
  const [heaviest, most] = [...weights].toSorted((a, b) => b[1] - a[1])[0] ?? ['', Number.NaN]
  return {
    figure: 'filing page, first view, all requests over the wire',
    bar: '≤ 60 KB',
    measured: `${bytes(first ?? Number.NaN)}; the heaviest of ${weights.size}, ${heaviest}, ${bytes(most)}`,
    reached: most <= 60_000,
  }
}

/** Lighthouse as it is set for a phone: a slow processor, slow 4G. */
async function judge(bench: Bench, port: number, pages: readonly string[], cookie: string): Promise<Line[]> {
  const worst = { accessibility: 1, performance: 1 }
  const judged = bench.quick ? pages.slice(0, 1) : pages
  for (const url of judged) {
    const result = await lighthouse(url, {
      port,
      logLevel: 'error',
      onlyCategories: ['accessibility', 'performance'],
      extraHeaders: { Cookie: cookie, 'Accept-Language': 'en' },
    })
    const { accessibility, performance } = result?.lhr.categories ?? {}
    const scores = { accessibility: accessibility?.score ?? 0, performance: performance?.score ?? 0 }
    bench.say(
      `${new URL(url).pathname}: accessibility ${scores.accessibility * 100}, performance ${scores.performance * 100}`,
    )
    for (const [id, audit] of Object.entries(result?.lhr.audits ?? {}))
      if (
        audit.score !== null &&
        audit.score < 1 &&
        accessibility?.auditRefs.some(ref => ref.id === id && ref.weight > 0)
      )
        bench.say(`  ${id}: ${audit.title}`)
    worst.accessibility = Math.min(worst.accessibility, scores.accessibility)
    worst.performance = Math.min(worst.performance, scores.performance)
  }
  const line = (category: keyof typeof worst, bar: number): Line => ({
    figure: `filing page, Lighthouse ${category}`,
    bar: bar === 1 ? '100' : `≥ ${100 * bar}`,
    measured: `${Math.round(100 * worst[category])}${judged.length > 1 ? `, the lowest of ${judged.length} pages` : ''}`,
    reached: worst[category] >= bar,
  })
  return [line('accessibility', 1), line('performance', 0.95)]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
