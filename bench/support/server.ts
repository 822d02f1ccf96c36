import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The product's own server, in a process of its own. */
export type ServerProcess = {
  readonly address: string
  readonly pid: number
  /** Memory of the server's process in bytes, as the system counts it (RSS). */
  memory(): number
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts what `npm start` starts and waits until it says that it serves. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const { start }: { start: string } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).scripts
  const [, ...line] = start.split(' ')
  const child = spawn(process.execPath, line, {
    cwd: root,
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error', LANG: 'C', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  const address = await addressOf(child)
  const { pid } = child
  if (pid === undefined) throw new Error('the server has no process id')
  return {
    address,
    pid,
    memory: () => residentBytes(pid),
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
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
    child.on('exit', () => reject(new Error(`the server did not start: ${said}`)))
  })
}

function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (!kilobytes) throw new Error(`no memory of process ${pid} in /proc`)
  return Number(kilobytes) * 1024
}
