import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataDirectoryHeld, findHolder, holdDataDirectory } from './data-directory.ts'

let directory: string
const children: ChildProcess[] = []

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'answerable-hold-')), 'data')
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

// A real second process that tries to take the directory, says how that went, and stays.
const program = `
  const { holdDataDirectory } = await import(${JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)})
  try {
    const hold = await holdDataDirectory(process.argv[1], 'serve')
    hold.record({ postgres: 25432, address: 'http://localhost:8080' })
    console.log('held')
  } catch (error) {
    console.log(error.name)
  }
  setInterval(() => {}, 1000)
`

async function startHolder(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  if (!child.stdout) throw new Error('no output to read')
  const [said] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, said }
}

test('a second server is told who holds the data directory, since when and where', async () => {
  const before = new Date().toISOString()
  const { child } = await startHolder()
  const refused = await holdDataDirectory(directory, 'serve').catch(error => error)
  expect(refused).toBeInstanceOf(DataDirectoryHeld)
  expect(refused.holder).toMatchObject({ pid: child.pid, command: 'serve', address: 'http://localhost:8080' })
  expect(refused.holder.since >= before).toBe(true)
  expect(refused.message).toContain(`process ${child.pid}`)
  expect(await findHolder(directory)).toMatchObject({ postgres: 25432 })
})

test('a directory whose holder was killed is free at once', async () => {
  const { child } = await startHolder()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const hold = await holdDataDirectory(directory, 'serve')
  expect(await findHolder(directory)).toMatchObject({ pid: process.pid })
  hold.release()
})

test('of many that start at the same moment exactly one gets the directory', async () => {
  const started = await Promise.all(Array.from({ length: 6 }, startHolder))
  expect(started.map(({ said }) => said).sort()).toEqual([
    'DataDirectoryHeld',
    'DataDirectoryHeld',
    'DataDirectoryHeld',
    'DataDirectoryHeld',
    'DataDirectoryHeld',
    'held',
  ])
})

test('one process cannot hold a directory twice, and being refused does not loosen its hold', async () => {
  const hold = await holdDataDirectory(directory, 'serve')
  await expect(holdDataDirectory(directory, 'import')).rejects.toThrow(DataDirectoryHeld)
  expect((await startHolder()).said).toBe('DataDirectoryHeld')
  hold.release()
  expect((await startHolder()).said).toBe('held')
})

test('what the directory says about its holder is for its owner alone', async () => {
  const hold = await holdDataDirectory(directory, 'serve')
  for (const file of ['lock', 'holder.json']) {
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
  }
  expect(statSync(directory).mode & 0o066).toBe(0)
  hold.release()
})

test('a folder that cannot be used is named', async () => {
  await expect(holdDataDirectory('/dev/null/data', 'serve')).rejects.toThrow(
    'the data directory /dev/null/data cannot be used',
  )
})
