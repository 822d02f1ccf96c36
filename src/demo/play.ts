import { runDeadlinePass } from '../cases/actions/deadline-pass.ts'
import type { MovableClock } from '../platform/clock.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import type { Log } from '../platform/log.ts'
import type { Office } from '../platform/office.ts'
import type { Scene } from './scene.ts'

/** How long a story waits before its next step. */
export type Wait = { days?: number; hours?: number; minutes?: number }

/** One case of the demo: when it begins, and what people do, with the waits between. */
export type Story = {
  begins: Temporal.Instant
  play: (scene: Scene) => AsyncGenerator<Wait, void, undefined>
}

/**
 * Plays stories side by side as time goes on: the clock moves from step to step, and in between the deadline pass
 * comes by at each minute in which something falls due, as it would have. Ends at `until`.
 */
export async function playStories(
  office: Office & { clock: MovableClock },
  scene: Scene,
  stories: readonly Story[],
  until: Temporal.Instant,
  log: Log,
): Promise<void> {
  const waiting = stories.map(story => ({ at: story.begins, steps: story.play(scene) }))
  for (;;) {
    waiting.sort((a, b) => Temporal.Instant.compare(a.at, b.at))
    const next = waiting.shift()
    if (!next) break
    if (Temporal.Instant.compare(next.at, until) > 0)
      throw new Error(`a story goes on after now, at ${next.at}`)
    await moveTo(office, next.at, log)
    const step = await next.steps.next()
    if (!step.done) waiting.push({ ...next, at: later(office, next.at, step.value) })
  }
  await moveTo(office, until, log)
}

function later({ tenant }: Office, at: Temporal.Instant, wait: Wait): Temporal.Instant {
  return at
    .toZonedDateTimeISO(tenant.timeZone)
    .add({ hours: 0, ...wait })
    .toInstant()
}

async function moveTo(
  office: Office & { clock: MovableClock },
  to: Temporal.Instant,
  log: Log,
): Promise<void> {
  for (;;) {
    const next = await nextLook(office)
    const minute = next?.round({ smallestUnit: 'minute', roundingMode: 'ceil' })
    if (!minute || Temporal.Instant.compare(minute, to) > 0) break
    if (Temporal.Instant.compare(minute, office.clock.now()) > 0) office.clock.set(minute)
    const { cases } = await runDeadlinePass(office, log)
    if (cases === 0) throw new Error('a clock of the demo does not move on')
  }
  office.clock.set(to)
}

async function nextLook({ pool, tenant }: Office): Promise<Temporal.Instant | undefined> {
  const row = await inSnapshot(pool, tenant.id, tx =>
    tx.first(
      q
        .selectFrom('obligations')
        .select('next_look_at')
        .where('tenant_id', '=', tx.tenant)
        .where('next_look_at', 'is not', null)
        .orderBy('next_look_at')
        .limit(1),
    ),
  )
  return row?.next_look_at ?? undefined
}
