import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './support/chromium.ts'

// `npm test`: every test, those in the browser included. Arguments go to Vitest (`npm test -- src/org`).
// Ends with a plain line "N passed, N failed"; a skipped test counts as failed.

const folder = mkdtempSync(join(tmpdir(), 'answerable-report-'))
const report = join(folder, 'report.json')
let passed = 0
let failed = 1
try {
  const env = { ...process.env, CHROMIUM_PATH: ensureChromium() }
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const run = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  })
  const result = JSON.parse(readFileSync(report, 'utf8'))
  passed = result.numPassedTests
  failed = result.numTotalTests - passed
  // A file that does not load, or an error outside a test, fails the run without a failed test.
  if (failed === 0 && run.status !== 0) failed = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
