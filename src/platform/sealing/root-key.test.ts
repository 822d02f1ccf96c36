import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { RootKeyUnusable } from './errors.ts'
import { loadRootKey } from './root-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'root-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const newPath = () => join(folder, `${files++}`, 'root.key')

function fileWith(content: string | Buffer, mode = 0o600): string {
  const path = newPath()
  mkdirSync(join(path, '..'))
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const someKey = `${Buffer.alloc(32, 5).toString('base64')}\n`

describe('the root key file', () => {
  test('is made once, readable by its owner only, and read from then on', () => {
    const path = newPath()
    const first = loadRootKey(path)
    expect(first.created).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
    expect(readdirSync(join(path, '..'))).toEqual(['root.key'])
    const second = loadRootKey(path)
    expect(second.created).toBe(false)
    expect(second.key.equals(first.key)).toBe(true)
  })

  test('is accepted as a person may have saved it: without the last line break, or with one of Windows', () => {
    for (const text of [someKey, someKey.trim(), someKey.replace('\n', '\r\n')])
      expect(loadRootKey(fileWith(text)).key.export()).toEqual(Buffer.alloc(32, 5))
  })

  test.each([
    ['empty', ''],
    ['31 bytes', Buffer.alloc(31, 5).toString('base64')],
    ['33 bytes', Buffer.alloc(33, 5).toString('base64')],
    ['hexadecimal', Buffer.alloc(32, 5).toString('hex')],
    ['raw bytes', Buffer.alloc(32, 200)],
    ['two keys', someKey + someKey],
    ['a key and a word', `${someKey}x`],
  ])('holding something else (%s) is refused and left as it is', (_name, content) => {
    const path = fileWith(content)
    expect(() => loadRootKey(path)).toThrow(RootKeyUnusable)
    expect(() => loadRootKey(path)).toThrow('does not hold 32 bytes in base64')
    expect(readFileSync(path)).toEqual(Buffer.from(content))
  })

  test.each([0o640, 0o604, 0o644, 0o660, 0o620, 0o666])(
    'open to others (mode %o) is refused, saying how to mend it',
    mode => {
      const path = fileWith(someKey, mode)
      expect(() => loadRootKey(path)).toThrow(`run: chmod 600 ${path}`)
    },
  )

  test('that is a folder, or in a folder that cannot be made, is refused', () => {
    const path = newPath()
    mkdirSync(path, { recursive: true })
    expect(() => loadRootKey(path)).toThrow(RootKeyUnusable)
    expect(() => loadRootKey(join(fileWith(someKey), 'below-a-file', 'root.key'))).toThrow(RootKeyUnusable)
  })

  test('made by several starts at once is one key, and one of them says it made it', async () => {
    const path = newPath()
    const script = `
      import { loadRootKey } from '${new URL('./root-key.ts', import.meta.url).href}'
      const { key, created } = loadRootKey(${JSON.stringify(path)})
      console.log(JSON.stringify({ key: key.export().toString('hex'), created }))`
    const starts = Array.from({ length: 6 }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]),
    )
    const results = (await Promise.all(starts)).map(
      ({ stdout }) => JSON.parse(stdout) as { key: string; created: boolean },
    )
    expect(new Set(results.map(result => result.key)).size).toBe(1)
    expect(results.filter(result => result.created)).toHaveLength(1)
    expect(readdirSync(join(path, '..'))).toEqual(['root.key'])
  })
})
