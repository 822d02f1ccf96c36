import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import type { Answer, Clean, Dirty } from './cleaner.ts'
import { createGate } from './gate.ts'
import { Unacceptable } from './refusal.ts'

/** How long one upload may take; a picture made to take long is given up a little earlier by its decoder. */
const longestMs = 30_000
/** How long a cleaner waits for the next upload before it goes. */
const idleMs = 10_000

// Two at a time, each with one upload in memory; the others are on disk until it is their turn.
const oneOfTwo = createGate(2)
const idle = new Map<ChildProcess, NodeJS.Timeout>()

/**
 * Cleans an upload in another process. Decoders are where hostile files do their harm: there, one that crashes or eats
 * memory takes nothing with it, and the hundreds of megabytes that a large picture costs go back to the system when
 * the cleaner leaves. `read` is called when it is this upload's turn. Throws Unacceptable for what may not be stored.
 */
export function cleanElsewhere(as: Dirty['as'], read: () => Promise<Buffer>): Promise<Clean> {
  return oneOfTwo(async () => {
    const content = await read()
    const cleaner = wake() ?? (await start())
    const answer = await ask(cleaner, { as, content })
    if (answer?.say === 'clean') return answer.clean
    // One that died had met a file too much for its decoder, or was stopped because of the time it took.
    if (!answer) throw new Unacceptable('broken')
    if (answer.say === 'refused') throw new Unacceptable(answer.why, answer.values)
    throw new Error(`an upload was not cleaned: ${answer.say === 'failed' ? answer.message : answer.say}`)
  })
}

async function start(): Promise<ChildProcess> {
  const cleaner = fork(new URL('./cleaner.ts', import.meta.url), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    // No settings, which hold passwords. Two pools of memory, not one for each thread: glibc keeps what is freed.
    env: { MALLOC_ARENA_MAX: '2' },
  })
  const first = await nextAnswer(cleaner)
  if (first?.say !== 'ready') throw new Error('the process that cleans uploads did not start')
  makeWay(cleaner)
  return cleaner
}

async function ask(cleaner: ChildProcess, dirty: Dirty): Promise<Answer | undefined> {
  const tooLong = setTimeout(() => cleaner.kill('SIGKILL'), longestMs)
  const answer = nextAnswer(cleaner)
  cleaner.send(dirty, () => {}) // what cannot be sent any more is told by the exit
  try {
    return await answer
  } finally {
    clearTimeout(tooLong)
    rest(cleaner)
  }
}

/** The next thing a cleaner says; undefined when it ends instead. */
function nextAnswer(cleaner: ChildProcess): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (answer: Answer | undefined) => {
      cleaner.off('message', settle).off('exit', gone).off('error', reject)
      resolve(answer)
    }
    const gone = () => settle(undefined)
    cleaner.on('message', settle).on('exit', gone).on('error', reject)
  })
}

// A cleaner that rests does not keep the program from ending.
function rest(cleaner: ChildProcess): void {
  if (!cleaner.connected) return
  idle.set(cleaner, setTimeout(() => leave(cleaner), idleMs).unref())
  cleaner.unref()
  cleaner.channel?.unref()
}

function wake(): ChildProcess | undefined {
  for (const [cleaner, leaving] of idle) {
    clearTimeout(leaving)
    idle.delete(cleaner)
    if (!cleaner.connected) continue
    cleaner.ref()
    cleaner.channel?.ref()
    return cleaner
  }
  return undefined
}

function leave(cleaner: ChildProcess): void {
  idle.delete(cleaner)
  if (cleaner.connected) cleaner.disconnect()
}

// Requests of people who wait for a page come first; where the system does not let that be said, no matter.
function makeWay(cleaner: ChildProcess): void {
  try {
    if (cleaner.pid !== undefined) setPriority(cleaner.pid, 5)
  } catch {}
}
