import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../log.ts'
import type { Postmaster } from './postmaster.ts'

/** Keeps PostgreSQL running: whenever it dies, `restart` is tried until it works, at most every five seconds. */
export function supervise(first: Postmaster, restart: () => Promise<Postmaster>, log: Log) {
  const listeners: (() => void)[] = []
  let current: Postmaster | undefined = first
  let restarting = Promise.resolve()
  const stopping = new AbortController()

  const watch = (postmaster: Postmaster) => {
    postmaster.ended.then(() => {
      current = undefined
      if (stopping.signal.aborted) return
      log.error({ pid: postmaster.pid }, 'PostgreSQL died; restarting it')
      restarting = bringBack()
    })
  }
  const bringBack = async () => {
    for (let wait = 50; !stopping.signal.aborted; wait = Math.min(wait * 2, 5000)) {
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => {}) // cut short by stop
      if (stopping.signal.aborted) return
      try {
        current = await restart()
        log.info({ pid: current.pid }, 'PostgreSQL is back')
        watch(current)
        for (const listener of listeners) listener()
        return
      } catch (error) {
        // Often a child of the dead one that has not noticed yet and still holds its memory.
        log.warn({ err: error }, 'PostgreSQL could not be restarted; trying again')
      }
    }
  }
  watch(first)
  return {
    pid: () => current?.pid,
    onRestart(listener: () => void) {
      listeners.push(listener)
    },
    async stop(how?: 'fast' | 'immediate') {
      stopping.abort()
      await restarting
      await current?.stop(how)
    },
  }
}
