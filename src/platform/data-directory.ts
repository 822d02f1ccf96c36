import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from './operator-error.ts'

/** Who works on a data directory, as they wrote it down themselves. */
export type Holder = {
  readonly pid: number
  readonly machine: string
  /** The command, such as `serve`. */
  readonly command: string
  /** When it started, as an ISO instant. */
  readonly since: string
  /** Port of the embedded PostgreSQL it runs, once that is up; `elsewhere`: it uses one of the operator's own. */
  readonly postgres?: number | 'elsewhere' | undefined
  /** Address of its web server, once that is up. */
  readonly address?: string
}

/** The data directory, held by this process until released. */
export type Hold = {
  readonly directory: string
  /** Lets other commands know where the database and the web server of this process are. */
  record(facts: Pick<Holder, 'postgres' | 'address'>): void
  release(): void
}

/** Another process works on the data directory; `holder` says who, unless it has only just started. */
export class DataDirectoryHeld extends OperatorError {
  override readonly name = 'DataDirectoryHeld'
  readonly directory: string
  readonly holder: Holder | undefined
  constructor(directory: string, holder: Holder | undefined) {
    const who = holder
      ? `"answerable ${holder.command}", process ${holder.pid} on ${holder.machine} since ${holder.since}` +
        (holder.address ? `, at ${holder.address}` : '')
      : 'another process'
    super(`the data directory ${directory} is in use by ${who}`)
    this.directory = directory
    this.holder = holder
  }
}

/**
 * Takes a data directory, made if missing, for this process alone. The lock is the operating system's, on an empty
 * file, through SQLite (Node has no other door to it): it ends with the process however that ends, so there is
 * no stale lock to judge and no process id that may since be another's.
 * @throws DataDirectoryHeld where another process has it.
 */
export async function holdDataDirectory(directory: string, command: string): Promise<Hold> {
  const lock = takeLock(directory)
  if (!lock) throw new DataDirectoryHeld(directory, await findHolder(directory))
  let holder: Holder = { pid: process.pid, machine: hostname(), command, since: new Date().toISOString() }
  writeHolder(directory, holder)
  return {
    directory,
    record(facts) {
      holder = { ...holder, ...facts }
      writeHolder(directory, holder)
    },
    release() {
      fs.rmSync(holderFile(directory), { force: true })
      lock.close()
    },
  }
}

/** Who holds a directory that is locked. Waits a moment for one that has only just taken it. */
export async function findHolder(directory: string): Promise<Holder | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const holder = readHolder(directory)
    // One written by a process that was killed stays until the next holder writes its own.
    if (holder && (holder.machine !== hostname() || isAlive(holder.pid))) return holder
    await sleep(25)
  }
  return undefined
}

function takeLock(directory: string): DatabaseSync | undefined {
  try {
    makeDirectory(directory)
    return tryLock(directory)
  } catch (error) {
    // No permission, no space, or a file system that has no locks.
    throw new OperatorError(`the data directory ${directory} cannot be used: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function makeDirectory(directory: string) {
  const made = fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  // Started by root, PostgreSQL runs as another account, which has to pass through; it can list nothing here.
  if (made && process.getuid?.() === 0) fs.chmodSync(directory, 0o711)
}

const databaseBusy = 5

function tryLock(directory: string): DatabaseSync | undefined {
  const file = join(directory, 'lock')
  makeFile(file)
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive') // no journal file beside one that stays empty
    return lock
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === databaseBusy) return undefined
    throw error
  }
}

// Before SQLite would make it, readable by all. One that is there is not opened: closing it again would end the lock
// that this process may already have on it (such are POSIX locks).
function makeFile(file: string) {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

const holderFile = (directory: string) => join(directory, 'holder.json')

function writeHolder(directory: string, holder: Holder) {
  const aside = `${holderFile(directory)}.new`
  fs.writeFileSync(aside, JSON.stringify(holder), { mode: 0o600 })
  fs.renameSync(aside, holderFile(directory))
}

function readHolder(directory: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(holderFile(directory), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
