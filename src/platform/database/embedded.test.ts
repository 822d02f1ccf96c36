import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { OperatorError } from '../operator-error.ts'
import { accountFor, launch, start as run } from './embedded/account.ts'
import { readPidFile } from './embedded/postmaster.ts'
import { type Embedded, startEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'

const said: string[] = []
const log = createLog('debug', { write: line => said.push(line) })
// As `mktemp -d` makes it: closed to everyone else, PostgreSQL's account included where we are root.
const closed = mkdtempSync(join(tmpdir(), 'answerable-embedded-'))
const directory = join(closed, 'data', 'postgres')
const cluster = join(directory, 'cluster')
const asRoot = process.getuid?.() === 0
const running: Embedded[] = []

beforeAll(() => chmodSync(closed, 0o700))
afterEach(async () => {
  for (const embedded of running.splice(0)) await embedded.stop()
})
afterAll(() => rmSync(closed, { recursive: true, force: true }))

async function start(durable = true): Promise<Embedded> {
  const embedded = await startEmbedded({ directory, log, durable })
  running.push(embedded)
  return embedded
}

async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<R>(sql)).rows
  } finally {
    await client.end()
  }
}

// A dead process that nobody has collected (some containers have no init that would) still takes signals.
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const setting = async (url: string, name: string) => (await query(url, `show ${name}`))[0]?.[name]

test('it starts in a folder that is closed to others, as an account that is not root', async () => {
  const embedded = await start()
  const pid = embedded.pid()
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const [uid = '', capabilities = ''] = [
      /^Uid:\s+(\d+)/m.exec(status)?.[1],
      /^CapEff:\s+(\w+)/m.exec(status)?.[1],
    ]
    if (asRoot) expect(uid).not.toBe('0')
    else expect(uid).toBe(String(process.getuid?.()))
    // Passing closed folders (CAP_DAC_READ_SEARCH, else CAP_DAC_OVERRIDE) is all that is left of root's powers.
    expect(BigInt(`0x${capabilities}`) & ~0b110n).toBe(0n)
  }
  expect(statSync(cluster).mode & 0o777).toBe(0o700)
  expect(statSync(join(directory, 'credentials.json')).mode & 0o777).toBe(0o600)
})

test('it keeps what is written: checksums, and commits that wait for the disk', async () => {
  const { url } = await start()
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
    expect([name, await setting(url(), name)]).toEqual([name, 'on'])
  }
})

test('for tests it may trade that for speed', async () => {
  const { url } = await start(false)
  expect([await setting(url(), 'fsync'), await setting(url(), 'synchronous_commit')]).toEqual(['off', 'off'])
})

test('the application owns its database and is no superuser; without the password nobody gets in', async () => {
  const { url } = await start()
  expect(
    await query(
      url(),
      `select current_user, current_database(), rolsuper, rolbypassrls, rolcreatedb, rolcreaterole
       from pg_roles where rolname = current_user`,
    ),
  ).toEqual([
    {
      current_user: 'answerable',
      current_database: 'answerable',
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: true,
      rolcreaterole: true,
    },
  ])
  const wrong = Object.assign(new URL(url()), { password: 'guess' })
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
  wrong.search = '' // over TCP as well
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
})

test('Chinese text is sorted, lower-cased and searched by its characters', async () => {
  const { url } = await start()
  await query(url(), 'create extension if not exists pg_trgm')
  expect(
    await query(
      url(),
      `select '消防隐患排查' like '%隐患%' as found, similarity('隐患', '隐患排查') > 0 as alike,
                               lower('ÀÉ') as lowered, pg_encoding_to_char(encoding) as encoding
                        from pg_database where datname = current_database()`,
    ),
  ).toEqual([{ found: true, alike: true, lowered: 'àé', encoding: 'UTF8' }])
})

test('killed with -9, it comes back by itself on the same address with all that was acknowledged', async () => {
  const embedded = await start()
  const url = embedded.url()
  await query(url, 'create table acknowledged (n int)')
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  const acknowledged: number[] = []
  let next = 0
  let stop = false
  const write = async () => {
    while (!stop) {
      const n = ++next
      await pool.query('insert into acknowledged values ($1)', [n]).then(
        () => acknowledged.push(n),
        () => new Promise(settle => setTimeout(settle, 20)),
      )
    }
  }
  const writers = [write(), write(), write()]
  for (let kill = 0; kill < 2; kill++) {
    const before = acknowledged.length
    await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(before + 100)
    const restarted = new Promise<void>(settle => embedded.onRestart(settle))
    process.kill(embedded.pid() ?? 0, 'SIGKILL')
    await restarted
  }
  stop = true
  await Promise.all(writers)
  const rows = await query<{ n: number }>(url, 'select n from acknowledged')
  const kept = new Set(rows.map(row => row.n))
  expect(acknowledged.filter(n => !kept.has(n))).toEqual([])
  expect(embedded.url()).toBe(url)
  await pool.end()
})

test('stopped while it is coming back, it stays stopped', async () => {
  const embedded = await start()
  const pid = embedded.pid() ?? 0
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => embedded.pid()).toBeUndefined()
  await embedded.stop()
  await new Promise(settle => setTimeout(settle, 300))
  expect(embedded.pid()).toBeUndefined()
})

// A server of another process, which is killed with -9 and so leaves its PostgreSQL running.
const program = `
  const { startEmbedded } = await import(${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)})
  const { createLog } = await import(${JSON.stringify(new URL('../log.ts', import.meta.url).href)})
  const embedded = await startEmbedded({ directory: process.argv[1], log: createLog('silent') })
  console.log(embedded.pid(), embedded.url())
`

test('a PostgreSQL that outlived its server is stopped in good order and started anew', async () => {
  const server = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: server.stdout }), 'line')
  const [orphan, url] = line.split(' ')
  await query(url, 'create table left_behind as select 42 as n')
  server.kill('SIGKILL')
  await once(server, 'exit')
  expect(readPidFile(cluster)?.pid).toBe(Number(orphan))
  expect(isRunning(Number(orphan))).toBe(true)

  said.length = 0
  const embedded = await start()
  expect(embedded.pid()).not.toBe(Number(orphan))
  expect(isRunning(Number(orphan))).toBe(false)
  expect(said.join()).toContain('database system was shut down at')
  expect(said.join()).not.toContain('interrupted')
  expect(await query(embedded.url(), 'select n from left_behind')).toEqual([{ n: 42 }])
})

test('a pid file that names a process of someone else does no harm, to it or to the start', async () => {
  await start()
  await running.pop()?.stop()
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const owner = statSync(cluster)
  const pidFile = join(cluster, 'postmaster.pid')
  writeFileSync(pidFile, `${bystander.pid}\n${cluster}\n1767225600\n25432\n\n127.0.0.1\n0 0\nready\n`)
  if (asRoot) chownSync(pidFile, owner.uid, owner.gid)
  await start()
  expect(bystander.exitCode).toBeNull()
  expect(bystander.signalCode).toBeNull()
  bystander.kill()
})

test('a first start that was cut short is begun again', async () => {
  const half = join(closed, 'half', 'postgres')
  mkdirSync(join(half, 'cluster.unfinished', 'base'), { recursive: true })
  writeFileSync(join(half, 'cluster.unfinished', 'PG_VERSION'), '18')
  const embedded = await startEmbedded({ directory: half, log, durable: false })
  running.push(embedded)
  // A fresh server also shows that the role, which is the whole server's, can be made from several databases at once.
  const names = ['one', 'two', 'three']
  for (const name of names) await query(embedded.url(), `create database ${name}`)
  await Promise.all(names.map(name => migrate(embedded.url(name), log)))
  expect(await query(embedded.url('two'), 'select from tenants')).toEqual([])
})

describe('started by root', () => {
  const stranger = { uid: 65533, gid: 65533 } // nobody's number, nor ours

  test('a folder that PostgreSQL may not pass is passed with setpriv, or named with the remedy', () => {
    const file = join(closed, 'file')
    try {
      const { command, args, account } = launch('/bin/sh', ['-c', 'true'], stranger, [file])
      expect(command).toMatch(/setpriv$/)
      expect(args.join(' ')).toMatch(/--ambient-caps=-all,\+dac_\w+ .*\/bin\/sh -c true$/)
      expect(account).toBeUndefined()
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      expect(String(error)).toContain(`${closed} is closed to the account (uid 65533)`)
      expect(String(error)).toContain(`chmod o+x ${closed}`)
    }
  })

  test('what PostgreSQL asks of its programs, whether it may run them, is answered yes in a closed folder', async () => {
    const file = join(closed, 'asked')
    writeFileSync(file, '', { mode: 0o755 })
    const script = `fs.accessSync(${JSON.stringify(file)}, fs.constants.X_OK)`
    const asked = run(launch(process.execPath, ['-e', script], asRoot ? stranger : undefined, [file]))
    expect((await once(asked, 'exit'))[0]).toBe(0)
  })

  test('a program that only root may run needs the greater of the two powers', () => {
    const program = join(closed, 'program')
    writeFileSync(program, '', { mode: 0o700 })
    try {
      expect(launch(program, [], stranger, []).args.join(' ')).toMatch(/--ambient-caps=-all,\+dac_override /)
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      expect(String(error)).toContain(`${program} is closed to the account`)
    }
  })

  test('where every folder can be passed no powers are handed on', () => {
    expect(launch('/bin/sh', [], stranger, ['/usr/lib'])).toEqual({
      command: '/bin/sh',
      args: [],
      account: stranger,
    })
  })

  test('an ordinary user runs PostgreSQL as themselves, root as who owns the files or a standing account', () => {
    const files = join(closed, 'files')
    mkdirSync(files)
    if (asRoot) {
      expect(accountFor(join(closed, 'nothing'))?.uid).toBeGreaterThan(0)
      chownSync(files, 65533, 65533)
      expect(accountFor(files)).toEqual(stranger)
    } else {
      expect(accountFor(files)).toBeUndefined()
    }
  })
})
