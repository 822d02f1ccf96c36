import { hash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { findReceipt, type Receipt } from '../cases/actions/file-case.ts'
import type { Answers } from '../cases/raise/draft.ts'
import { faultsOf, filingFrom } from '../cases/raise/forms.ts'
import { type Choices, findChoices } from '../cases/raise/reads.ts'
import { stepsFor } from '../cases/raise/steps.ts'
import type { Filing } from '../cases/rules/filing.ts'
import { BadInput } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { v7, v8 } from '../platform/uuid.ts'
import type { Call } from './call.ts'
import { keyTaken } from './once.ts'
import { kind, language, textUpTo, uuid, wordsUpTo } from './views/common.ts'

/** What is filed, in the words of the forms, whose checks it goes through. */
export const filingFields = {
  kind,
  category: z.string().meta({ description: 'api.field.filing.category' }),
  what: wordsUpTo(5000).meta({ description: 'api.field.filing.what' }),
  wanted: textUpTo(2000).optional().meta({ description: 'api.field.filing.wanted' }),
  place: z
    .strictObject({
      address: textUpTo(300).optional(),
      area: uuid.optional().meta({ description: 'api.field.filing.area' }),
      pin: z
        .strictObject({
          latitude: z.number().min(-90).max(90),
          longitude: z.number().min(-180).max(180),
        })
        .optional(),
    })
    .optional()
    .meta({ description: 'api.field.filing.place' }),
  protection: z
    .enum(['named', 'protected', 'anonymous'])
    .meta({ description: 'api.field.filing.protection' }),
  party: z
    .strictObject({
      name: textUpTo(100),
      email: z.string().optional(),
      phone: textUpTo(40).optional(),
    })
    .optional()
    .meta({ description: 'api.field.filing.party' }),
  about: z
    .strictObject({
      unit: uuid.optional(),
      named: textUpTo(200).optional(),
      retaliation: z.boolean().optional(),
    })
    .optional()
    .meta({ description: 'api.field.filing.about' }),
  questions: z
    .record(z.string().regex(/^[a-z0-9-]{1,60}$/), z.union([z.string(), z.array(z.string()).max(50)]))
    .optional()
    .meta({ description: 'api.field.filing.questions' }),
  language: language.optional().meta({ description: 'api.field.filing.language' }),
}
const filingSchema = z.strictObject(filingFields)
type Sent = z.output<typeof filingSchema>

/** What the resident gets in hand. */
export const receiptSchema = z
  .object({
    number: z.string(),
    receiptCode: z.string().meta({ description: 'api.field.receipt.code' }),
    unit: z.object({ id: uuid, name: z.string() }),
    answerDue: z.iso.datetime().nullable(),
    followUrl: z.string(),
  })
  .meta({ id: 'Receipt' })

/** A filing as it was sent, checked as the forms check it. @throws BadInput with every fault. */
export async function readFiling(
  office: Office,
  sent: Sent,
  otherwise: Filing['language'],
): Promise<Omit<Filing, 'id' | 'number' | 'channel'>> {
  const choices = await findChoices(office)
  const answers = answersOf(sent, choices)
  const faults = stepsFor(answers).flatMap(step => faultsOf(step, answers, choices))
  if (faults.length > 0) throw new BadInput(faults.map(fault => ({ ...fault, field: fieldOf(fault.field) })))
  return { ...filingFrom(answers, choices), language: sent.language ?? otherwise, files: [] }
}

/** Files what was sent, once for a key; `file` does it. `repeated` where it had been filed before. */
export async function fileOnce(
  { office, named }: Pick<Call, 'office' | 'named'>,
  file: (id: string, receiptSecret: string) => Promise<Receipt>,
): Promise<{ receipt: Receipt; repeated: boolean }> {
  if (!named) return { receipt: await file(v7(), randomBytes(32).toString('base64url')), repeated: false }
  // By the key alone: another filing under the same key meets this one and is refused.
  const id = v8(named.key)
  const secret = hash('sha256', `${named.key} ${named.asked}`, 'base64url')
  const earlier = await findReceipt(office, id, secret)
  if (earlier) return { receipt: earlier, repeated: true }
  try {
    return { receipt: await file(id, secret), repeated: false }
  } catch (error) {
    if ((error as { code?: string }).code === '23505') throw keyTaken()
    throw error
  }
}

/** The receipt as it is answered. */
export function viewReceipt(
  { t, parts }: Pick<Call, 't' | 'parts'>,
  { number, receiptCode, state }: Receipt,
  { organisation }: Choices,
): z.input<typeof receiptSchema> {
  return {
    number,
    receiptCode,
    unit: { id: state.unitId, name: organisation.units.get(state.unitId)?.name[t.lang] ?? '' },
    answerDue: state.obligations.find(one => one.kind === 'answer')?.due ?? null,
    followUrl: `${parts.baseUrl()}/follow?number=${number}`,
  }
}

/** What was sent, as the forms have it. */
export function answersOf(sent: Sent, { organisation }: Choices): Answers {
  const { place, party, about, questions = {} } = sent
  const area = place?.area && organisation.units.get(place.area)?.areas[0] ? `${place.area}.0` : place?.area
  return {
    kind: sent.kind,
    category: sent.category,
    what: sent.what,
    wanted: sent.wanted ?? '',
    address: place?.address ?? '',
    area: area ?? '',
    latitude: place?.pin ? String(place.pin.latitude) : '',
    longitude: place?.pin ? String(place.pin.longitude) : '',
    protection: sent.protection,
    name: party?.name ?? '',
    email: party?.email ?? '',
    phone: party?.phone ?? '',
    own: about?.unit !== undefined || about?.named ? 'yes' : 'no',
    unit: about?.unit ?? 'unsure',
    named: about?.named ?? '',
    retaliation: about?.retaliation ? 'yes' : '',
    ...Object.fromEntries(
      Object.entries(questions).map(([code, given]) => [`q-${code}`, [given].flat().join(',')]),
    ),
  }
}

// Where a field of the forms stands in what was sent.
function fieldOf(field: string): string {
  if (field.startsWith('q-')) return `questions.${field.slice(2)}`
  return places[field] ?? field
}

const places: Readonly<Record<string, string>> = {
  address: 'place.address',
  area: 'place.area',
  latitude: 'place.pin.latitude',
  longitude: 'place.pin.longitude',
  name: 'party.name',
  email: 'party.email',
  phone: 'party.phone',
  own: 'about',
  unit: 'about.unit',
  named: 'about.named',
}
