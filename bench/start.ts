import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Figure } from './support/figure.ts'
import { median } from './support/numbers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** From `npm start` to the first page, on an empty data directory and on one that was used before. */
export const start: Figure = async bench => {
  const dataDir = join(bench.directory, 'start')
  const first = await timeOfStart(dataDir)
  const again: number[] = []
  for (let time = 0; time < (bench.quick ? 2 : 5); time++) again.push(await timeOfStart(dataDir))
  return [
    {
      figure: 'from npm start to the first page',
      bar: '≤ 5 s',
      measured: `${seconds(median(again))}; on an empty data directory ${seconds(first)}`,
      reached: median(again) <= 5_000,
    },
  ]
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

async function timeOfStart(dataDir: string): Promise<number> {
  const began = performance.now()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: '0', LANG: 'C', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  try {
    const address = await addressOf(child)
    // Before set-up every address answers 503 with a page that says so, but for the page of set-up itself.
    const answer = await fetch(`${address}/set-up`)
    if (!(await answer.text()).includes('</html>')) throw new Error(`no page but ${answer.status}`)
    return performance.now() - began
  } finally {
    await stop(child)
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', chunk => {
      said += chunk
      const address = /https?:\/\/[\w.:[\]-]+/.exec(said)?.[0]
      if (address) resolve(address)
    })
    child.on('exit', () => reject(new Error(`npm start ended: ${said}`)))
  })
}

// The group: npm, its shell and the server, as Ctrl-C at a terminal reaches them.
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  process.kill(-child.pid, 'SIGINT')
  await once(child, 'exit')
  // npm is gone before the server has shut PostgreSQL down.
  for (let waited = 0; waited < 10_000 && isAlive(child.pid); waited += 50) await sleep(50)
}

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}
