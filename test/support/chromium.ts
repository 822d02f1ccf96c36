import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The Chromium that browser tests use: `CHROMIUM_PATH`, else one of the system; undefined where there is none. */
export function findChromium(env = process.env): string | undefined {
  if (env['CHROMIUM_PATH']) return env['CHROMIUM_PATH']
  const folders = (env['PATH'] ?? '').split(delimiter)
  const found = folders
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(path => existsSync(path))
  return found ?? macPaths.find(path => existsSync(path))
}

/**
 * Finds Chromium or installs it with the system's package manager, where this user may.
 * @throws Error saying how to get one: a browser test that did not run is a failed test run.
 */
export function ensureChromium(): string {
  const found = findChromium()
  if (found) {
    if (existsSync(found)) return found
    throw new Error(`CHROMIUM_PATH names ${found}, which does not exist.`)
  }
  if (process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get')) {
    console.log('Installing Chromium with apt-get …')
    apt('update')
    apt('install', '--yes', '--no-install-recommends', 'chromium', 'fonts-noto-cjk')
    const installed = findChromium()
    if (installed) return installed
  }
  throw new Error(
    'The browser tests need Chromium. Install it (Debian and Ubuntu: "apt-get install chromium", Fedora: ' +
      '"dnf install chromium", macOS: "brew install --cask chromium"), or set CHROMIUM_PATH to one.',
  )
}

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env })
  if (status !== 0)
    throw new Error(`apt-get ${args[0]} failed; install Chromium by hand or set CHROMIUM_PATH.`)
}
