import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { cleanElsewhere } from './cleaners.ts'
import { docx, noise, phonePhoto } from './fixtures/documents.ts'

/** The processes that clean for this one. */
function cleaners(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && isMine(pid))
}

function isMine(pid: number): boolean {
  try {
    const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]
    return (
      Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cleaner.ts')
    )
  } catch {
    return false
  }
}

const clean = (as: 'picture' | 'document', content: Buffer) => cleanElsewhere(as, async () => content)

// Processes are looked at through /proc, which only Linux has.
describe.runIf(process.platform === 'linux')('uploads are cleaned in processes of their own', () => {
  test('of which there are two however many wait, and which are used again', async () => {
    const photo = await phonePhoto()
    const all = await Promise.all(Array.from({ length: 10 }, () => clean('picture', photo)))
    expect(all.map(({ kind, width }) => ({ kind, width }))).toEqual(
      Array(10).fill({ kind: 'jpeg', width: 300 }),
    )
    const running = cleaners()
    expect(running.length).toBeLessThanOrEqual(2)
    expect((await clean('document', await docx())).kind).toBe('docx')
    expect(running).toEqual(expect.arrayContaining(cleaners()))
  })

  test('which know no settings', async () => {
    await clean('picture', await phonePhoto())
    const [pid] = cleaners()
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/PATH|DATABASE|SMTP/)
  })

  test('and when one is killed by a file, that file is refused and the next is cleaned', async () => {
    const large = await noise(3000, 3000).jpeg({ quality: 40 }).toBuffer()
    const refused = expect(clean('picture', large)).rejects.toMatchObject({ why: 'broken' })
    await sleep(100)
    for (const pid of cleaners()) process.kill(pid, 'SIGKILL')
    await refused
    // One that rested was killed as well; it is known to be gone a moment after it is.
    while (cleaners().length > 0) await sleep(10)
    await sleep(100)
    expect((await clean('picture', await phonePhoto())).kind).toBe('jpeg')
  })

  test('and they end with the program, which they do not keep from ending', async () => {
    const program = `
      import { cleanElsewhere } from ${JSON.stringify(new URL('./cleaners.ts', import.meta.url).href)}
      import { phonePhoto } from ${JSON.stringify(new URL('./fixtures/documents.ts', import.meta.url).href)}
      const { kind } = await cleanElsewhere('picture', () => phonePhoto())
      process.stdout.write(kind)`
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
    expect(stdout).toBe('jpeg')
  })
})
