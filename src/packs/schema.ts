import { z } from 'zod'

// The one definition of a policy pack: the type, the validation and the published JSON schema come from here.
// What one field alone cannot say (that a named deadline exists, that categories form a tree) is in checks.ts.

const code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and hyphens')
const line = z.string().trim().min(1)

const text = z
  .strictObject({ en: line, 'zh-CN': line })
  .meta({ id: 'Text', description: 'A text in both languages.' })

/** A text in both languages. */
export type Text = z.infer<typeof text>

const units = ['calendarDay', 'workingDay', 'halfWorkingDay', 'minute'] as const
const length = z.strictObject({ n: z.int().min(1).max(100_000), unit: z.enum(units) }).meta({
  id: 'Length',
  description: 'A length of time; the day (or half day) of the trigger is not counted.',
})
const lengthOrNone = z.strictObject({ n: z.int().min(0).max(100_000), unit: z.enum(units) })

/** A length of time in one unit, at least 1 (0 only for an escalation that falls at the breach itself). */
export type Length = z.infer<typeof length>

const source = z
  .union([z.strictObject({ rule: text, article: text.optional() }), z.literal('local example')])
  .meta({
    id: 'Source',
    description: 'The rule and article a number comes from, shown to people beside the date.',
  })

/** Where a rule comes from: a named rule with its article, or an example to be replaced locally. */
export type Source = z.infer<typeof source>

/** Every kind of case. */
export const KINDS = ['grievance', 'dispute', 'hazard', 'suggestion', 'question'] as const
const URGENCIES = ['enquiry', 'ordinary', 'urgent'] as const
const kindCode = z.enum(KINDS)
const urgency = z.enum(URGENCIES)

/** What kind of thing a case is. */
export type Kind = z.infer<typeof kindCode>
/** How pressing a case is; deadlines may differ by it. */
export type Urgency = z.infer<typeof urgency>

const question = z.strictObject({
  code,
  text,
  datatype: z.enum(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist']),
  required: z.boolean(),
  values: z.array(z.strictObject({ code, name: text })).optional(),
})

const category = z.strictObject({
  code,
  parent: code.optional(),
  name: text,
  hint: text.optional(),
  keywords: z.strictObject({ en: z.array(line), 'zh-CN': z.array(line) }),
  kinds: z.array(kindCode).min(1),
  function: code.meta({ description: 'The function of the unit that handles it, such as "roads".' }),
  urgency,
  questions: z.array(question).optional(),
})

/** One node of the category tree; only leaves are chosen by people. */
export type Category = z.infer<typeof category>

const OBLIGATIONS = [
  'acknowledge',
  'route',
  'accept',
  'object',
  'confirm-redirect',
  'answer',
  'remedy',
  'review',
  'final-review',
  'ask-review',
  'ask-final-review',
  'silence',
  'information',
  'agreement-term',
] as const
const TRIGGERS = [
  'filed',
  'routed',
  'accepted',
  'redirect-proposed',
  'info-asked',
  'answered',
  'review-asked',
  'review-decided',
  'final-review-asked',
  'sent-back',
  'agreed',
] as const
const obligationKind = z.enum(OBLIGATIONS)
const trigger = z.enum(TRIGGERS)

/** What is owed by a due time, by the institution or (a window to act in) by the resident. */
export type ObligationKind = z.infer<typeof obligationKind>
/** The happening that starts a clock. */
export type Trigger = z.infer<typeof trigger>

const pauseRule = z.strictObject({
  cause: z.enum(['information', 'hearing']),
  source,
  max: length
    .nullable()
    .meta({ description: 'The longest one pause may last; null: until its planned end.' }),
  times: z.int().min(1).meta({ description: 'How often this clock may stop for this cause.' }),
})

const deadline = z.strictObject({
  id: code,
  obligation: obligationKind,
  name: text,
  source,
  trigger,
  owedBy: z.enum(['institution', 'resident', 'unit']).meta({
    description: 'The institution owes it; or it is a window in which the resident, or the unit, may act.',
  }),
  length,
  lastDay: z.enum(['asIs', 'nextWorkingDay']),
  lastDaySource: source.optional(),
  appliesTo: z
    .strictObject({
      kinds: z.array(kindCode).min(1).optional(),
      urgency: z.array(urgency).min(1).optional(),
      categories: z.array(code).min(1).optional(),
    })
    .optional(),
  extension: z
    .strictObject({
      max: length,
      times: z.literal(1),
      grantedBy: z.literal('unit-head'),
      reasonRequired: z.literal(true),
      source,
    })
    .optional(),
  pauses: z.array(pauseRule).optional(),
  reminders: z
    .tuple([length, length])
    .optional()
    .meta({ description: 'When a resident is reminded of their window, counted from the trigger.' }),
})

/** One rule about time: what is owed, from when, for how long, and by which source. */
export type DeadlineRule = z.infer<typeof deadline>

const outcome = z.strictObject({
  code,
  name: text,
  hint: text,
  inFavour: z.enum(['yes', 'partly', 'no', 'explained']),
})
const reviewOutcome = z.strictObject({ code: z.enum(['upheld', 'changed', 'sent-back']), name: text })
const part = z.strictObject({
  code: z.enum([
    'asked',
    'facts',
    'reasons',
    'rule',
    'outcome',
    'remedy',
    'by-when',
    'review-right',
    'signed',
  ]),
  name: text,
  required: z.boolean(),
})
const reason = z.strictObject({ code, text, remedy: text, authority: text })
const tier = z.strictObject({
  tier: z.enum(['review', 'final-review']),
  name: text,
  decidedBy: z.literal('next-level'),
  ask: code.meta({ description: 'The deadline within which the resident asks.' }),
  decide: code.meta({ description: 'The deadline by which it is decided.' }),
  outcomes: z.array(reviewOutcome).length(3),
  right: text.meta({
    description: 'The sentence on a decision that says how to ask for this tier, until {until}.',
  }),
})

export const TEMPLATES = [
  'acknowledged',
  'routed',
  'accepted',
  'declined',
  'information-asked',
  'message',
  'extended',
  'answered',
  'answer-corrected',
  'reminder',
  'review-decided',
  'closed',
  'reopened',
  'due-date-changed',
  'identity-opened',
] as const
const templateCode = z.enum(TEMPLATES)

/** A notice the institution sends. */
export type TemplateCode = z.infer<typeof templateCode>

const template = z.strictObject({ subject: text, body: text })

const steps = z.strictObject({ unitHead: lengthOrNone, supervisor: lengthOrNone, unitAbove: lengthOrNone })
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 09:00')
const session = z.tuple([time, time])

/** When each escalation falls, counted from the due time. */
export type EscalationSteps = z.infer<typeof steps>

const hours = z.strictObject({ morning: session, afternoon: session })

/** The two working sessions of a day, local time, for deadlines in half working days. */
export type WorkingHours = z.infer<typeof hours>

export const packSchema = z
  .strictObject({
    $schema: z.string().optional(),
    id: code,
    version: z.int().min(1),
    name: text,
    description: text,
    jurisdictionNote: text,
    calendar: z.string().regex(/^(cn|weekdays|none|dh:[A-Z]{2}(-[A-Z0-9]{1,3}){0,2})$/, {
      error: 'cn, weekdays, none, or dh: with a country such as dh:GB or dh:US-NY',
    }),
    hours,
    kinds: z.array(z.strictObject({ code: kindCode, name: text, hint: text })).length(KINDS.length),
    categories: z.array(category).min(1),
    deadlines: z.array(deadline).min(1),
    escalation: z.strictObject({ days: steps, minutes: steps }),
    outcomes: z.array(outcome).min(1),
    decisionContents: z.strictObject({
      answer: z.array(part).min(1),
      review: z.array(part).min(1),
      'final-review': z.array(part).min(1),
    }),
    review: z.strictObject({ tiers: z.tuple([tier, tier]), afterFinal: text }),
    notOurs: z.array(reason).min(1),
    notAccepted: z.array(reason).min(1),
    silence: z.strictObject({ deadline: code, note: text }),
    reopen: z.strictObject({ within: length, note: text }),
    retention: z.strictObject({ years: z.int().min(1).max(100), source, note: text }),
    recusal: z.strictObject({ source, note: text }),
    templates: z.record(templateCode, template),
    whereElse: z.array(z.strictObject({ code, name: text, how: text })).min(1),
    feedbackRights: z.array(z.strictObject({ code, text })).min(1),
  })
  .meta({ title: 'Answerable policy pack' })

/** A policy pack: versioned data that says what an institution owes, by when and under which rule. */
export type Pack = z.infer<typeof packSchema>

/** The published JSON schema of a pack, as committed in packs/pack.schema.json. */
export function packJsonSchema(): object {
  return z.toJSONSchema(packSchema)
}
