import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, afterEach, expect, test } from 'vitest'
import { findHolder } from '../platform/data-directory.ts'
import { readPidFile } from '../platform/database/embedded/postmaster.ts'
import { embeddedUrl } from '../platform/database/embedded.ts'
import { postgresFolder } from '../platform/database/open-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-serve-'))
const dataDir = join(folder, 'data')
const cluster = join(postgresFolder(dataDir), 'cluster')
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGTERM')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

// The real start and stop around a web server of a few lines, which takes its time to stop.
const program = `
  const { readConfig } = await import(${here('../platform/config.ts')})
  const { createLog } = await import(${here('../platform/log.ts')})
  const { translator } = await import(${here('../platform/i18n/translator.ts')})
  const { runServer } = await import(${here('./run-server.ts')})
  const { stopSignal } = await import(${here('./stop-signal.ts')})
  const { createServer } = await import('node:http')
  const { default: pg } = await import('pg')
  const startServer = async ({ config, databaseUrl }) => {
    const server = createServer((_request, reply) => reply.end('here')).listen(config.port)
    await new Promise((settle, reject) => server.once('listening', settle).once('error', reject))
    const pool = new pg.Pool({ connectionString: databaseUrl }) // as any part may forget: nobody listens for its errors
    await Promise.all(Array.from({ length: 8 }, () => pool.query('select pg_sleep(0.01)')))
    const stop = async () => {
      await new Promise(settle => setTimeout(settle, Number(process.env.STOP_TAKES ?? 0)))
      console.log('web server stopped')
      server.close()
      server.closeAllConnections()
      await pool.end()
    }
    return { address: 'http://localhost:' + server.address().port, setupLink: process.env.SETUP_LINK, stop }
  }
  const stop = stopSignal(() => process.exit(130))
  const run = { config: readConfig(process.env), log: createLog('silent'), t: translator('en'), demo: false }
  await runServer({ ...run, say: console.log, stop, startServer }).catch(error => {
    console.log(error.message)
    process.exitCode = 1
  })
`

type Started = {
  child: ChildProcess
  ended: Promise<number | null>
  lines: string[]
  line(text: string): Promise<string>
}

function run(args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, ...env },
  })
  children.push(child)
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', line => lines.push(line))
  }
  const line = async (text: string) => {
    await expect.poll(() => lines.join('\n'), { timeout: 20_000, interval: 20 }).toContain(text)
    return lines.find(one => one.includes(text)) ?? ''
  }
  return { child, lines, line, ended: once(child, 'close').then(([code]) => code) }
}

const serve = (env: Record<string, string> = {}) => run(['--input-type=module', '-e', program], env)
const answerable = (...line: string[]) =>
  run([fileURLToPath(new URL('./answerable.js', import.meta.url)), ...line])

test('the first start makes the key and the database, and says where it is and how to set it up', async () => {
  const { child, line, ended } = serve({ SETUP_LINK: 'http://localhost/set-up/abc' })
  expect(await line('A root key was made')).toContain(`${dataDir}/root.key. Back it up`)
  const start = await line('Answerable is at')
  expect(start).toContain('http://localhost/set-up/abc')
  const address = /http:\S+\d/.exec(start)?.[0] ?? ''
  expect(await (await fetch(address)).text()).toBe('here')
  expect(statSync(join(dataDir, 'root.key')).mode & 0o777).toBe(0o600)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

test('an interrupt stops the web server first, then PostgreSQL; npm sends it twice and that is one', async () => {
  const { child, line, lines, ended } = serve({ STOP_TAKES: '200' })
  await line('Answerable is at')
  child.kill('SIGINT')
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(lines.at(-1)).toBe('web server stopped')
  expect(readPidFile(cluster)).toBeUndefined()
  expect(readdirSync(dataDir).sort()).toEqual(['lock', 'postgres', 'root.key'])
})

test('a termination does the same', async () => {
  const { child, line, ended } = serve()
  await line('Answerable is at')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(readPidFile(cluster)).toBeUndefined()
})

test('an interrupt in the middle of starting stops what has been started', async () => {
  const { child, ended } = serve()
  await expect.poll(() => readPidFile(cluster)?.pid, { interval: 5, timeout: 10_000 }).toBeDefined()
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(readPidFile(cluster)).toBeUndefined()
})

test('someone who will not wait presses Ctrl-C a second time', async () => {
  const { child, line, lines, ended } = serve({ STOP_TAKES: '60000' })
  await line('Answerable is at')
  child.kill('SIGINT')
  await new Promise(settle => setTimeout(settle, 700))
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(lines).not.toContain('web server stopped')
  // PostgreSQL shuts down by itself.
  await expect.poll(() => readPidFile(cluster), { timeout: 10_000 }).toBeUndefined()
})

test('a second server says who has the data directory and ends with status 1; commands work meanwhile', async () => {
  const first = serve()
  const address = (await first.line('Answerable is at')).split(' ').at(-1) ?? '?'
  const second = answerable('serve')
  expect(await second.ended).toBe(1)
  expect(second.lines).toHaveLength(1)
  for (const fact of [dataDir, `process ${first.child.pid}`, address, 'answerable serve']) {
    expect(second.lines[0]).toContain(fact)
  }
  const migrate = answerable('migrate')
  expect(await migrate.ended).toBe(0)
  expect(migrate.lines).toEqual(['The database was up to date.'])
  expect(await (await fetch(address)).text()).toBe('here')
})

test('a port that is taken is named, and PostgreSQL is stopped again', async () => {
  const other = createServer().listen(0)
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { line, ended } = serve({ PORT: String(port) })
  await line(`Port ${port} of localhost is in use`)
  expect(await ended).toBe(1)
  expect(readPidFile(cluster)).toBeUndefined()
  other.close()
})

test('after kill -9 of the server all that was acknowledged is there at the next start', async () => {
  const first = serve()
  await first.line('Answerable is at')
  const holder = await findHolder(dataDir)
  const client = new pg.Client({
    connectionString: embeddedUrl(postgresFolder(dataDir), Number(holder?.postgres)),
  })
  client.on('error', () => {})
  await client.connect()
  await client.query('create table acknowledged as select 7 as n')
  first.child.kill('SIGKILL')
  await first.ended
  await client.end().catch(() => {})

  const second = serve()
  await second.line('Answerable is at')
  const now = await findHolder(dataDir)
  expect(now?.pid).toBe(second.child.pid)
  const again = new pg.Client({
    connectionString: embeddedUrl(postgresFolder(dataDir), Number(now?.postgres)),
  })
  await again.connect()
  expect((await again.query('select n from acknowledged')).rows).toEqual([{ n: 7 }])
  await again.end()
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  expect(readFileSync(join(dataDir, 'root.key'), 'utf8')).toHaveLength(45)
})
