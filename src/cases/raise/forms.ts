import type { Unit } from '../../org/reads.ts'
import { leafCategories } from '../../packs/rules.ts'
import type { Kind } from '../../packs/schema.ts'
import type { Fault } from '../../platform/errors.ts'
import type { TextKey } from '../../platform/i18n/text-key.ts'
import { isOneAddress } from '../../platform/mail/message.ts'
import { wholeInstitution } from '../rules/about.ts'
import type { Filing } from '../rules/filing.ts'
import { categoryAnswers, questionFaults } from './category-fields.ts'
import type { Answers, FieldName } from './draft.ts'
import type { Choices } from './reads.ts'
import { type Step, stepsFor } from './steps.ts'

/** Most characters of each text, as a reader counts them. */
export const limits = { what: 5000, wanted: 2000, address: 300, name: 100, phone: 40, named: 200 } as const

/** What is wrong with the answers to one question; nothing when it may be left. */
export function faultsOf(step: Step, answers: Answers, choices: Choices): Fault[] {
  return checks[step](answers, choices)
}

/** The first question whose answer cannot be sent as it is. */
export function firstFaultyStep(answers: Answers, choices: Choices): Step | undefined {
  return stepsFor(answers).find(step => faultsOf(step, answers, choices).length > 0)
}

const fault = (field: FieldName, name: string, values?: Fault['values']): Fault => ({
  field,
  text: `raise.fault.${name}` as TextKey,
  ...(values && { values }),
})

const checks: Record<Step, (answers: Answers, choices: Choices) => Fault[]> = {
  kind: ({ kind }, { pack }) => (pack.kinds.some(one => one.code === kind) ? [] : [fault('kind', 'kind')]),
  category: ({ category, kind }, { pack }) => {
    const chosen = leafCategories(pack).find(one => one.code === category)
    if (!chosen) return [fault('category', 'category')]
    return chosen.kinds.includes(kind as Kind) ? [] : [fault('category', 'category-kind')]
  },
  what: (answers, { pack }) => [
    ...(answers.what?.trim() ? [] : [fault('what', 'what')]),
    ...tooLong(answers, 'what'),
    ...tooLong(answers, 'wanted'),
    ...questionFaults(pack, answers),
  ],
  where: checkPlace,
  files: () => [],
  you: ({ protection }) =>
    ['named', 'protected', 'anonymous'].includes(protection ?? '') ? [] : [fault('protection', 'protection')],
  contact: checkContact,
  about: checkAbout,
}

function checkPlace(answers: Answers, { organisation }: Choices): Fault[] {
  const { address = '', area = '', kind, latitude, longitude } = answers
  const faults = tooLong(answers, 'address')
  const hasPlace = address.trim() !== '' || areaUnit(area, organisation.units) || latitude?.trim()
  // A question or a suggestion need not be about a place; what is to be mended is somewhere.
  if (!hasPlace && kind !== 'question' && kind !== 'suggestion') faults.push(fault('address', 'address'))
  if (!['', 'unsure'].includes(area) && !areaUnit(area, organisation.units))
    faults.push(fault('area', 'area'))
  const both = (latitude?.trim() ? 1 : 0) + (longitude?.trim() ? 1 : 0)
  if (both === 1) faults.push(fault(latitude?.trim() ? 'longitude' : 'latitude', 'pin-half'))
  if (both === 2 && degrees(latitude, 90) === undefined) faults.push(fault('latitude', 'latitude'))
  if (both === 2 && degrees(longitude, 180) === undefined) faults.push(fault('longitude', 'longitude'))
  return faults
}

function checkContact(answers: Answers): Fault[] {
  if (answers.protection === 'anonymous') return []
  const { name = '', email = '', phone = '' } = answers
  const faults = name.trim() ? tooLong(answers, 'name') : [fault('name', 'name')]
  if (email.trim() && !readEmail(email)) faults.push(fault('email', 'email'))
  const digits = phone.normalize('NFKC').replace(/\D/g, '').length
  if (phone.trim() && (digits < 5 || digits > 20)) faults.push(fault('phone', 'phone'))
  return [...faults, ...tooLong(answers, 'phone')]
}

function checkAbout(answers: Answers, { organisation }: Choices): Fault[] {
  const { own, unit = '' } = answers
  const faults = tooLong(answers, 'named')
  if (own !== 'yes' && own !== 'no') faults.push(fault('own', 'own'))
  if (own === 'yes' && unit !== 'unsure' && !organisation.units.has(unit)) faults.push(fault('unit', 'unit'))
  return faults
}

function tooLong(answers: Answers, field: keyof typeof limits): Fault[] {
  const length = [...(answers[field]?.trim() ?? '')].length
  const over = length - limits[field]
  return over > 0 ? [fault(field, 'too-long', { limit: limits[field], over })] : []
}

/** An e-mail address as it was typed, full-width letters included; undefined for what is none. */
function readEmail(typed: string): string | undefined {
  const address = typed.normalize('NFKC').trim()
  return isOneAddress(address) ? address : undefined
}

/** Degrees as typed, such as `31.2304` or `31,2304°`; undefined beyond `most` or when it is no number. */
function degrees(typed = '', most: number): number | undefined {
  const text = typed.normalize('NFKC').trim().replace(',', '.').replace(/°$/, '')
  const value = Number(text)
  return /\d/.test(text) && Math.abs(value) <= most ? value : undefined
}

/** The unit of a place chosen from the list; a choice names the unit and which of its places it was. */
function areaUnit(choice: string, units: ReadonlyMap<string, Unit>): string | undefined {
  const [id = '', index = ''] = choice.split('.')
  return units.get(id)?.areas[Number(index || 'none')] ? id : undefined
}

/** What is filed, from answers without a fault. Who stays anonymous leaves nothing of themselves in it. */
export function filingFrom(
  answers: Answers,
  { pack, organisation }: Choices,
): Omit<Filing, 'id' | 'number' | 'channel' | 'language' | 'files'> {
  const text = (field: FieldName) => answers[field]?.trim() ?? ''
  const latitude = degrees(answers.latitude, 90)
  const longitude = degrees(answers.longitude, 180)
  const areaUnitId = areaUnit(text('area'), organisation.units)
  const protection = text('protection') as Filing['protection']
  const address = readEmail(text('email'))
  const phone = text('phone')
  return {
    kind: (pack.kinds.find(one => one.code === answers.kind)?.code ?? 'grievance') as Kind,
    category: text('category'),
    what: text('what'),
    wanted: text('wanted'),
    place: {
      address: text('address'),
      ...(areaUnitId && { areaUnitId }),
      ...(latitude !== undefined && longitude !== undefined && { pin: { latitude, longitude } }),
    },
    protection,
    ...(protection !== 'anonymous' && {
      party: { name: text('name'), ...(address && { email: address }), ...(phone && { phone }) },
    }),
    about: aboutFrom(answers, organisation),
    answers: categoryAnswers(pack, answers),
  }
}

/**
 * Whom a filing is about. Who is not sure names the institution as a whole, so that only oversight is free to have it;
 * an official named in full is taken off it at once, before anybody has read it (promise 9).
 */
function aboutFrom(answers: Answers, organisation: Choices['organisation']): Filing['about'] {
  const retaliation = answers.retaliation === 'yes'
  const named = answers.named?.trim() ?? ''
  if (answers.own !== 'yes') return { units: [], staff: [], named: '', retaliation }
  const about = answers.unit === 'unsure' ? wholeInstitution(organisation) : [answers.unit ?? '']
  const lower = named.toLowerCase()
  const staff = [...organisation.officers.values()].filter(
    ({ name }) => name.length > 1 && lower.includes(name.toLowerCase()),
  )
  return { units: about, staff: staff.map(one => one.id), named, retaliation }
}
