import { isOwed, type Obligation } from '../../obligations/rules.ts'
import type { Kind, Urgency } from '../../packs/schema.ts'
import type { Lang } from '../../platform/i18n/languages.ts'
import type { Status } from '../lifecycle.ts'
import type { Why } from './routing.ts'

/** Which look at the matter this is. */
export type Tier = 'answer' | 'review' | 'final-review'

/** How the person is known: with a name and contact; the same, sealed from the handling unit; or not at all. */
export type Protection = 'named' | 'protected' | 'anonymous'

/** How a case reached the office. */
export type Channel = 'web' | 'visit' | 'phone' | 'import' | 'open311'

/** A decision that stands: the first answer, or that of a review. */
export type Answer = {
  /** 1 for the first. A correction keeps the number and counts up `corrections`. */
  no: number
  tier: Tier
  at: string
  unitId: string
  /** The official who signed. */
  leadId: string
  outcome: string
  /** When the remedy is promised for, an ISO date. */
  remedyBy?: string | undefined
  corrections: number
}

/** What the rules decide on: everything about a case but what was said and by whom. Folded from its events. */
export type CaseState = {
  id: string
  number: string
  kind: Kind
  urgency: Urgency
  category: string
  channel: Channel
  language: Lang
  protection: Protection
  /** Whether there is an e-mail address to send notices to. */
  contact: boolean
  /** The policy pack it was filed under, as `id@version`. */
  pack: string
  status: Status
  tier: Tier
  unitId: string
  /** Why it came to this unit. */
  why: Why
  ownerId: string | null
  leadId: string | null
  /** Units and officials the case is about: they have no part in it. */
  aboutUnits: string[]
  aboutStaff: string[]
  /** Whether it reports that somebody was made to suffer for complaining. */
  retaliation: boolean
  /** Units that have answered or reviewed it, which a review must not come to. */
  handledBy: string[]
  /** A claim that it belongs elsewhere, not confirmed yet. */
  redirect: { to: string; from: string; reason: string; at: string } | null
  declined: { reason: string; at: string } | null
  answers: Answer[]
  /** How often the resident was asked for information. */
  asks: number
  reminders: number
  rating: number | null
  filedAt: string
  acceptedAt: string | null
  closedAt: string | null
  closedBecause: ClosedBecause | null
  /** Whether it was opened again. */
  reopened: number
  obligations: Obligation[]
  /** How often the resident made a new address for the calendar of their case, if they ever did. */
  calendarRenewals?: number | undefined
}

export type ClosedBecause = 'agreed' | 'silence' | 'settled-elsewhere'

/** The answer that stands now, if there is one. */
export function standingAnswer(state: CaseState): Answer | undefined {
  return state.answers.at(-1)
}

/** What is still to be done: running, standing still, or late and not done yet. */
export function running(state: CaseState): Obligation[] {
  return state.obligations.filter(isOwed)
}

/** What the institution owes next, soonest first; undefined when it owes nothing. */
export function nextOwed(state: CaseState): Obligation | undefined {
  return running(state)
    .filter(one => one.owedBy === 'institution')
    .toSorted((a, b) => (a.due < b.due ? -1 : 1))[0]
}
