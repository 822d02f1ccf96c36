import type { Letter } from '../notify/rules.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import { contextFor } from './context.ts'
import { noticeValues } from './notice-values.ts'
import type { NoticePayload } from './notices.ts'
import { type CaseEvent, findCase, openParty } from './reads.ts'
import { evolve } from './rules/evolve.ts'
import type { CaseState } from './rules/state.ts'

/** How letters reach people and lead back: the address they come from and where a case is followed. */
export type Letterhead = { readonly address: string; readonly linkTo: (number: string) => string }

/**
 * Everything the notice of an event needs, read when it is sent. Undefined where nobody is to be told: no address was
 * left, or the case has reached the end of its retention period.
 */
export async function findLetter(
  office: Office,
  { caseId, seq, template }: NoticePayload,
  { address, linkTo }: Letterhead,
): Promise<Letter | undefined> {
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const record = await findCase(office, tx, caseId)
    const event = record?.events.find(one => one.seq === seq)
    if (!record?.key || !event) return undefined
    const party = await openParty(office, tx, caseId)
    if (!party?.email) return undefined
    const context = await contextFor(office, tx, record.state.pack, office.clock.now())
    const { language, number } = record.state
    const institution = office.tenant.name[language]
    const { before, after } = statesAround(record.events, event)
    return {
      to: party.email,
      from: { name: institution, address },
      at: event.at,
      pack: context.pack,
      language,
      values: {
        ...noticeValues({ template, before, after, event }, context, language),
        institution,
        link: linkTo(number),
      },
    }
  })
}

// An event is told with what came of it in the same step, such as the clocks it started: they have the same time.
function statesAround(
  events: readonly CaseEvent[],
  told: CaseEvent,
): { before?: CaseState; after: CaseState } {
  let before: CaseState | undefined
  let after: CaseState | undefined
  for (const { seq, type, at, data } of events) {
    if (seq > told.seq && !at.equals(told.at)) break
    after = evolve(after, { type, at: at.toString({ fractionalSecondDigits: 3 }), data })
    if (seq < told.seq) before = after
  }
  if (!after) throw new Error('a case without events')
  return { ...(before && { before }), after }
}
