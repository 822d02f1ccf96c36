import { packKey } from '../../packs/load.ts'
import { findCategory, urgencyOf } from '../../packs/rules.ts'
import type { Kind } from '../../packs/schema.ts'
import type { Lang } from '../../platform/i18n/languages.ts'
import type { Json } from '../../platform/json.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { type About, aboutOf } from './about.ts'
import { startClocks } from './clocks.ts'
import type { Context, Decision } from './decision.ts'
import { evolve, type Filed } from './evolve.ts'
import { headOf, route, type Why } from './routing.ts'
import type { CaseState, Channel, Protection } from './state.ts'

/** A file as the record keeps it: what it is in the open, its name sealed. */
export type FileFacts = {
  id: string
  mediaType: string
  size: number
  sha256: string
  name: string
  thumbnail: boolean
}

/** What somebody files, checked by the form. */
export type Filing = {
  id: string
  number: string
  kind: Kind
  category: string
  channel: Channel
  language: Lang
  what: string
  wanted: string
  /** Where the problem is: never where a person is. */
  place: {
    address: string
    areaUnitId?: string | undefined
    pin?: { latitude: number; longitude: number } | undefined
  }
  protection: Protection
  /** Who it is; absent for an anonymous filing. */
  party?: { name: string; email?: string | undefined; phone?: string | undefined } | undefined
  /** Set when it concerns this institution's own conduct. */
  about: About
  files: readonly FileFacts[]
  /** Answers to the category's own questions, by the question's code. */
  answers?: Readonly<Record<string, string[]>> | undefined
  /** The request at another server that this is a copy of: its address, and its number there. */
  copyOf?: { url: string; number: string } | undefined
  /** The unit that had it already, in records that are taken over. */
  sentTo?: { unitId: string; why: Why } | undefined
}

/** Files a case: it is received, routed by rule to a unit and its head, and its clocks start. */
export function decideFiling(filing: Filing, context: Context): Decision {
  const { pack } = context
  const category = findCategory(pack, filing.category)
  if (!category) return { refused: 'cases.refused.category', field: 'category' }
  const { party } = filing
  // Records that are taken over stay where they were: what they are about was decided then.
  const about = filing.sentTo ? filing.about : aboutOf(filing.about, category, context.organisation)
  if (filing.protection !== 'anonymous' && !party) return { refused: 'cases.refused.party', field: 'name' }
  const data: Filed = {
    id: filing.id,
    number: filing.number,
    kind: filing.kind,
    urgency: urgencyOf(pack, filing.kind, filing.category),
    category: filing.category,
    channel: filing.channel,
    language: filing.language,
    protection: filing.protection,
    contact: party?.email !== undefined,
    pack: packKey(pack),
    aboutUnits: [...about.units],
    aboutStaff: [...about.staff],
    retaliation: about.retaliation,
  }
  const filed: NewEvent = {
    type: 'case.filed',
    data,
    sealed: {
      what: filing.what,
      wanted: filing.wanted,
      ...(filing.answers && { answers: filing.answers }),
      place: filing.place,
      aboutNamed: about.named,
      masked: party ? maskedName(party.name) : null,
    },
  }
  const events: [NewEvent, ...NewEvent[]] = [filed]
  if (filing.copyOf) events.push({ type: 'copy.taken', data: { ...filing.copyOf } })
  if (party) events.push({ type: 'party.named', data: {}, sealed: party as Json })
  const question = {
    function: category.function,
    address: filing.place.address,
    areaUnitId: filing.place.areaUnitId,
    aboutUnits: about.units,
    retaliation: about.retaliation,
  }
  const routed = filing.sentTo ?? route(question, context.organisation)
  if (!routed) return { refused: 'cases.refused.nobody-free', field: 'unit' }
  const { unitId, why } = routed
  const leadId = headOf(unitId, context.organisation, about.staff) ?? null
  events.push({ type: 'case.routed', data: { unitId, leadId, why } })
  for (const file of filing.files) events.push(documentAdded('resident', file))
  const state = stateAfter(undefined, events, context)
  // Routed by rule, it is routed the moment it is filed; left to the intake unit, routing is still owed.
  const done = why.rule === 'intake' ? [] : (['route'] as const)
  events.push(...startClocks(state, 'filed', context, done), ...startClocks(state, 'routed', context))
  return { events }
}

/** The fact that a document joined a case. */
export function documentAdded(from: 'resident' | 'staff', { name, ...facts }: FileFacts): NewEvent {
  return { type: 'document.added', data: { from, ...facts }, sealed: { name } }
}

/** The state a list of new events leads to, for what has to be decided on top of them. */
export function stateAfter(
  state: CaseState | undefined,
  events: readonly NewEvent[],
  { now }: Pick<Context, 'now'>,
): CaseState {
  const at = now.toString({ fractionalSecondDigits: 3 })
  const after = events.reduce<CaseState | undefined>(
    (so, { type, data }) => evolve(so, { type, at, data }),
    state,
  )
  if (!after) throw new Error('no events and no state')
  return after
}

const graphemes = new Intl.Segmenter()

/** A name as staff see it until they open it with a purpose: its first character (of a Latin name, its initial). */
export function maskedName(name: string): string {
  const [first = ''] = [...graphemes.segment(name.trim())].map(one => one.segment)
  return `${first}**`
}
