import { applyStages, openObligation, type Stage, type Timing } from '../obligations/rules.ts'
import { deadlineFor, urgencyOf } from '../packs/rules.ts'
import type { Kind, Pack } from '../packs/schema.ts'

/** Points in time before now, by which stories begin. */
export type When = ReturnType<typeof createWhen>

/** How long after a case is raised the demo's people take it in hand, where its answer's clock matters. */
export const acceptAfter = { hours: 3 } as const

/** Times as they lie before `now` in a zone. */
export function createWhen(now: Temporal.Instant, pack: Pack, timing: Timing) {
  const today = now.toZonedDateTimeISO(timing.timeZone)
  return {
    /** So many days ago, at a local time. */
    daysAgo: (days: number, time = '09:40') =>
      today.subtract({ days }).withPlainTime(Temporal.PlainTime.from(time)).toInstant(),
    hoursAgo: (hours: number) => now.subtract({ hours: 0, minutes: Math.round(hours * 60) }),
    /**
     * When a case has to be raised for the clock of its answer to have come to a stage by now, and no further: in
     * office hours, as late as possible. Around long holidays a short clock may have no such day; then any stage does.
     */
    reaching(stage: Stage, kind: Kind, category: string): Temporal.Instant {
      const rule = deadlineFor(pack, 'answer', { kind, category, urgency: urgencyOf(pack, kind, category) })
      if (!rule) throw new Error(`the pack ${pack.id} owes no answer`)
      let other: Temporal.Instant | undefined
      for (let hours = 1; hours < 24 * 90; hours++) {
        const trigger = now.subtract({ hours })
        const raised = rule.trigger === 'accepted' ? trigger.subtract(acceptAfter) : trigger
        const { hour } = raised.toZonedDateTimeISO(timing.timeZone)
        if (hour < 8 || hour > 17 || hours <= acceptAfter.hours) continue
        const { obligation } = openObligation(rule, { id: rule.id, trigger, told: true }, timing)
        const reached = applyStages(obligation, now).obligation.stages.at(-1)
        if (reached === stage) return raised
        if (reached) other ??= raised
      }
      return other ?? now.subtract({ hours: 24 })
    },
  }
}
