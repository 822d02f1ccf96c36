import { inSnapshot, inTransaction } from '../platform/database/tx.ts'
import type { Allowed } from '../platform/http-client/address.ts'
import type { Office } from '../platform/office.ts'
import { pauseFailing } from './actions/pause-failing.ts'
import { poll } from './poll.ts'
import { push, type Work } from './push.ts'
import { findConnection, listConnectionsWith, type WorkingConnection } from './reads.ts'
import { Failed, itemsOf, remoteOf } from './remote.ts'
import { isGivenUp, nextTry } from './rules/schedule.ts'
import { aloneWith } from './server-lock.ts'
import { noteFailure, noteSuccess } from './store.ts'

/** What came of a run. */
export type Ran = {
  /** `busy`: another process is at it; `more`: it took long enough and is to go on; `waiting`: not before its time. */
  end: 'done' | 'more' | 'failed' | 'busy' | 'paused' | 'waiting' | 'gone'
  copied: number
  refused: number
  updates: number
  /** What went wrong, as a code. */
  fault: string | null
}

/** How a run is made. */
export type RunOptions = {
  allowed: Allowed
  /** Where this server is reached, without a slash at the end. */
  baseUrl: string
  /** Do it now, though it would be tried only later. */
  now?: boolean
  /** Milliseconds after which it breaks off to go on another time. */
  longest?: number
  progress?: (so: Pick<Ran, 'copied' | 'refused' | 'updates'>) => void
  chance?: () => number
}

/**
 * Does what a connection has to do now. Whatever is killed on the way, it is done again from where it was noted, and what
 * had been done already is known: by us in the transaction that did it, by the other side by the name it was sent under.
 */
export async function runConnection(office: Office, id: string, options: RunOptions): Promise<Ran> {
  const none = { copied: 0, refused: 0, updates: 0, fault: null }
  const found = await inSnapshot(office.pool, office.tenant.id, tx => findConnection(tx, id))
  if (!found) return { ...none, end: 'gone' }
  const ran = await aloneWith(office, found.url, async (): Promise<Ran> => {
    const all = await inSnapshot(office.pool, office.tenant.id, tx => listConnectionsWith(tx, found.url))
    const connection = all.find(one => one.id === id)
    if (!connection) return { ...none, end: 'gone' }
    if (connection.pausedAt) return { ...none, end: 'paused' }
    if (!isItsTurn(office, connection, options)) return { ...none, end: 'waiting' }
    if (connection.direction === 'to') return work(office, connection, push, options)
    // What was sent there and not answered is settled first, so that it is known when it comes back in a list.
    for (const other of all)
      if (other.direction === 'to' && isItsTurn(office, other, options))
        await work(office, other, push, options)
    return work(office, connection, poll, options)
  })
  return ran ?? { ...none, end: 'busy' }
}

function isItsTurn({ clock }: Office, { pausedAt, nextAt }: WorkingConnection, { now }: RunOptions): boolean {
  return !pausedAt && (now === true || Temporal.Instant.compare(nextAt, clock.now()) <= 0)
}

async function work(
  office: Office,
  connection: WorkingConnection,
  go: (work: Work) => Promise<boolean>,
  { allowed, baseUrl, now: isAskedFor, longest = 20_000, progress, chance = Math.random }: RunOptions,
): Promise<Ran> {
  const counts = { copied: 0, refused: 0, updates: 0 }
  const begun = performance.now()
  const { id, everyMinutes } = connection
  const { pool, tenant, clock } = office
  const remote = remoteOf(office, connection, allowed)
  try {
    const isDone = await go({
      office,
      connection,
      remote,
      baseUrl,
      isOver: () => performance.now() - begun > longest,
      done(what) {
        counts[what]++
        progress?.(counts)
      },
    })
    // Where there was nothing to send or nothing is mapped, nobody was asked.
    const isMapped = connection.services.length > 0
    const wasAsked =
      (connection.direction === 'from' && isMapped) || counts.copied + counts.refused + counts.updates > 0
    if (!wasAsked && !isAskedFor) return { ...counts, end: 'done', fault: null }
    // Somebody wants to know whether it works.
    if (!wasAsked) itemsOf(await remote.get('services'))
    const now = clock.now()
    const next = connection.direction === 'from' && isDone ? now.add({ minutes: everyMinutes }) : now
    await inTransaction(pool, tenant.id, tx => tx.run(noteSuccess(tx.tenant, id, now, next)))
    return { ...counts, end: isDone ? 'done' : 'more', fault: null }
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    const { fault, retryAfter } = error.failure
    const now = clock.now()
    const failingSince = connection.failingSince ?? now
    const tries = connection.tries + 1
    const nextAt = nextTry(tries, now, chance(), retryAfter)
    const failure = { fault, tries, failingSince, nextAt }
    await inTransaction(pool, tenant.id, tx => tx.run(noteFailure(tx.tenant, id, failure)))
    if (isGivenUp(failingSince, now)) await pauseFailing(office, id)
    return { ...counts, end: 'failed', fault }
  }
}
