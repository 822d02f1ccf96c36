import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Starts the Chromium of the machine (`CHROMIUM_PATH`, else the system's); without one the test fails, never skips. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(`no browser at ${executablePath}: set CHROMIUM_PATH to a Chromium, or install one`)
  }
  return chromium.launch({
    executablePath,
    // Nothing but the pages under test: no sandbox (root in a container has none), no traffic of the browser's own.
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
