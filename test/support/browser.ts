import { type Browser, chromium } from 'playwright-core'
import { afterAll } from 'vitest'
import { findChromium } from './chromium.ts'

/** Starts the real Chromium for a test file and closes it afterwards. */
export async function testBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath)
    throw new Error('no Chromium: run the tests by "npm test", which finds or installs one')
  const browser = await chromium.launch({ executablePath, args })
  afterAll(() => browser.close())
  return browser
}

// Root has no sandbox in a container; the rest keeps Chromium from calling out at its start.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
