import { createSecretKey, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { RootKeyUnusable } from './errors.ts'
import type { RootKey } from './keys.ts'

/**
 * Reads the installation's root key from a file of 32 bytes in base64, or makes the file (mode 0600) where there
 * is none; `created` says so, because a key just made has to be backed up. Throws RootKeyUnusable for a file that
 * others may read or that holds anything else.
 */
export function loadRootKey(path: string): { readonly key: RootKey; readonly created: boolean } {
  const found = readRootKey(path)
  if (found) return { key: found, created: false }
  const created = writeNewKey(path)
  const key = readRootKey(path)
  if (!key) throw new RootKeyUnusable(`The root key file ${path} vanished while it was being made`)
  return { key, created }
}

function readRootKey(path: string): RootKey | undefined {
  const file = openIfThere(path)
  if (file === undefined) return undefined
  try {
    const stat = fs.fstatSync(file)
    if (!stat.isFile()) throw new RootKeyUnusable(`The root key ${path} is not a file`)
    // Windows has no such bits; there the folder's access list is all there is.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
      throw new RootKeyUnusable(
        `The root key file ${path} is open to other users (mode ${mode}); run: chmod 600 ${path}`,
      )
    }
    return parseKey(fs.readFileSync(file), path)
  } finally {
    fs.closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return fs.openSync(path, 'r')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw new RootKeyUnusable(`The root key file ${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function parseKey(content: Buffer, path: string): RootKey {
  const text = content.toString('latin1').trimEnd()
  const raw = Buffer.from(text, 'base64')
  if (raw.length !== 32 || raw.toString('base64') !== text) {
    throw new RootKeyUnusable(
      `The root key file ${path} does not hold 32 bytes in base64; restore it from its backup. ` +
        'Without the right key nothing that was sealed can be opened, so none is made in its place.',
    )
  }
  const key = createSecretKey(raw)
  raw.fill(0)
  return key
}

// Written aside and linked into place: the file appears whole or not at all, and where two starts race, one link
// is refused and both go on with the same key. False: the other one made it.
function writeNewKey(path: string): boolean {
  const folder = dirname(path)
  const aside = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.new`
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = fs.openSync(aside, 'wx', 0o600)
    try {
      fs.writeSync(file, `${randomBytes(32).toString('base64')}\n`)
      fs.fchmodSync(file, 0o600)
      fs.fsyncSync(file)
    } finally {
      fs.closeSync(file)
    }
    fs.linkSync(aside, path)
    syncFolder(folder)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw new RootKeyUnusable(`The root key file ${path} cannot be made: ${(error as Error).message}`, {
      cause: error,
    })
  } finally {
    fs.rmSync(aside, { force: true })
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
