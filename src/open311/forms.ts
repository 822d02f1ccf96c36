import { type CategoryQuestion, questionsOf } from '../cases/category-answers.ts'
import type { Filing } from '../cases/rules/filing.ts'
import type { Category, Pack } from '../packs/schema.ts'
import { BadInput, type Fault } from '../platform/errors.ts'
import { isOneAddress } from '../platform/mail/message.ts'
import { cleanText } from '../platform/typed-text.ts'
import type { Args } from './args.ts'
import { readInstant } from './dates.ts'
import { addressWithId, readUpdateStatus } from './rules.ts'

/** Most characters of each text, as a reader counts them; those of the filing page. */
export const limits = { description: 5000, address_string: 300, name: 100, phone: 40, answer: 300 } as const

/** What is filed, besides what only the server knows. */
export type RequestFiling = Omit<Filing, 'id' | 'number' | 'channel' | 'language' | 'files'>

/** A filing that says of nobody in office that it is about them. */
export const nobody: Filing['about'] = { units: [], staff: [], named: '', retaliation: false }

/** What a request is read against. */
export type Known = {
  category: Category
  pack: Pack
  timeZone: string
  /** What the case is called where nothing was described. */
  unnamed: string
}

/**
 * Reads what somebody files. Who it is from is sealed as the contact of the case; where nothing is said of that, it is
 * filed by nobody. The device and the account it came from are not kept: they would link what one person files.
 * @throws BadInput with every fault at once.
 */
export function readFiling(args: Args, known: Known): RequestFiling {
  const faults: Fault[] = []
  const text = (name: keyof typeof limits, value: string): string => {
    const clean = cleanText(value)
    const over = [...clean].length - limits[name]
    if (over > 0) faults.push(tooLong(name, over))
    return clean
  }
  const { answers, others } = readAnswers(args, known, faults)
  const media = args.all('media_url')
  const described = text('description', args.get('description') ?? '')
  const lines = [...others, ...media.map(url => `media_url: ${url}`)]
  const party = readParty(args, text, faults)
  const place = readPlace(args, text, faults)
  if (faults.length > 0) throw new BadInput(faults)
  const given = {
    ...answers,
    ...(media.length > 0 && { media_url: [...media] }),
    ...(args.get('address_id') && { address_id: [args.get('address_id') ?? ''] }),
  }
  return {
    kind: known.category.kinds[0] ?? 'grievance',
    category: known.category.code,
    what: cleanText([described || known.unnamed, ...lines].join('\n')),
    wanted: '',
    place,
    protection: party ? 'named' : 'anonymous',
    ...(party && { party }),
    // Nobody can say so in an Open311 form; what a category says of that is for the rules.
    about: nobody,
    ...(Object.keys(given).length > 0 && { answers: given }),
  }
}

type Text = (name: keyof typeof limits, value: string) => string

function readPlace(args: Args, text: Text, faults: Fault[]): Filing['place'] {
  // One client library calls the address in a POST what the standard calls it in a GET.
  const typed = args.get('address_string') ?? args.get('address')
  const id = args.get('address_id')
  const [lat, long] = [args.get('lat'), args.get('long') ?? args.get('lon') ?? args.get('lng')]
  if ((lat === undefined) !== (long === undefined))
    faults.push({ field: 'lat', text: 'open311.fault.pin-half' })
  const latitude = degrees(lat, 90)
  const longitude = degrees(long, 180)
  if (lat !== undefined && latitude === undefined) faults.push({ field: 'lat', text: 'open311.fault.lat' })
  if (long !== undefined && longitude === undefined)
    faults.push({ field: 'long', text: 'open311.fault.long' })
  if (typed === undefined && id === undefined && lat === undefined && long === undefined)
    faults.push({ field: 'lat', text: 'open311.fault.place' })
  return {
    address: text('address_string', addressWithId(typed, id)),
    ...(latitude !== undefined && longitude !== undefined && { pin: { latitude, longitude } }),
  }
}

function degrees(typed: string | undefined, most: number): number | undefined {
  const value = Number(typed?.replace(',', '.'))
  return typed !== undefined && Math.abs(value) <= most ? value : undefined
}

function readParty(args: Args, text: Text, faults: Fault[]): Filing['party'] {
  const email = args.get('email')?.normalize('NFKC')
  const phone = args.get('phone')
  // A client that must send a last name sends a hyphen where there is none.
  const [first = '', last = ''] = [args.get('first_name'), args.get('last_name')].map(part =>
    part === undefined || /^[-.]+$/.test(part) ? '' : part,
  )
  if (email !== undefined && !isOneAddress(email))
    faults.push({ field: 'email', text: 'open311.fault.email' })
  const name = text('name', nameOf(first, last)) || email || phone
  if (name === undefined) return undefined
  return { name, ...(email && { email }), ...(phone && { phone: text('phone', phone) }) }
}

/** The whole name; a Chinese one begins with the family's and has no space. */
function nameOf(first: string, last: string): string {
  const chinese = /^\p{Script=Han}+$/u.test(last + first)
  return chinese ? last + first : `${first} ${last}`.trim()
}

/** The answers to the service's questions; what was sent for attributes that it does not have is kept as lines of text. */
function readAnswers(args: Args, known: Known, faults: Fault[]) {
  const given = new Map(args.attributes())
  const answers: Record<string, string[]> = {}
  for (const question of questionsOf(known.pack, known.category.code)) {
    const values = given.get(question.code) ?? []
    given.delete(question.code)
    const read = readAnswer(question, values, known.timeZone)
    const name = question.code
    if (read === undefined) faults.push({ field: name, text: 'open311.fault.attribute', values: { name } })
    else if (read.length > 0) answers[name] = read
    else if (question.required)
      faults.push({ field: name, text: 'open311.fault.attribute-missing', values: { name } })
  }
  return { answers, others: [...given].map(([code, values]) => `${code}: ${values.join(', ')}`) }
}

/** An answer as it is filed; undefined for one that its type does not allow. */
function readAnswer(
  question: CategoryQuestion,
  given: readonly string[],
  timeZone: string,
): string[] | undefined {
  if (given.length === 0) return []
  const { datatype, values = [] } = question
  const one = cleanText(given.at(-1) ?? '')
  if ([...one].length > limits.answer) return undefined
  switch (datatype) {
    case 'multivaluelist': {
      const chosen = given.flatMap(
        typed => chosenOf(values, typed) ?? typed.split(',').map(part => part.trim()),
      )
      const known = chosen.map(typed => chosenOf(values, typed))
      return known.every(code => code !== undefined) ? [...new Set(known)] : undefined
    }
    case 'singlevaluelist': {
      const code = chosenOf(values, one)
      return given.length === 1 && code !== undefined ? [code] : undefined
    }
    case 'number':
      return /\d/.test(one) && Number.isFinite(Number(one)) ? [one] : undefined
    case 'datetime':
      return readInstant(one, timeZone) ? [one] : undefined
    default:
      return [one]
  }
}

/** The code of what was chosen: some clients send the name that they showed. */
function chosenOf(values: NonNullable<CategoryQuestion['values']>, typed: string): string | undefined {
  return values.find(({ code, name }) => code === typed || name.en === typed || name['zh-CN'] === typed)?.code
}

/** An update as its sender says it. */
export type UpdateForm = {
  /** Of the case, as typed. */
  number: string
  text: string
  status: NonNullable<ReturnType<typeof readUpdateStatus>>
  /** The sender's own id. */
  reference: string | undefined
}

/**
 * Reads an update. Who sent it is not kept: it is the resident's who filed the case, or the member of staff's whose key
 * it came with. When it was made is checked and not kept: it is recorded when it arrives.
 * @throws BadInput with every fault at once
 */
export function readUpdate(args: Args, timeZone: string): UpdateForm {
  const faults: Fault[] = []
  const number = args.get('service_request_id')
  if (number === undefined) faults.push(missing('service_request_id'))
  const typed = args.get('status')?.slice(0, 40) ?? 'OPEN'
  const status = readUpdateStatus(typed)
  if (!status) faults.push({ field: 'status', text: 'open311.fault.status', values: { status: typed } })
  const at = args.get('updated_datetime')
  if (at !== undefined && !readInstant(at, timeZone))
    faults.push({
      field: 'updated_datetime',
      text: 'open311.fault.date',
      values: { name: 'updated_datetime' },
    })
  const media = args.all('media_url').map(url => `media_url: ${url}`)
  const lines = [args.get('description') ?? '', ...media, status === 'ended' ? `[${typed}]` : '']
  const text = cleanText(lines.filter(line => line !== '').join('\n')) || `[${typed}]`
  const over = [...text].length - limits.description
  if (over > 0) faults.push(tooLong('description', over))
  if (faults.length > 0 || number === undefined || !status) throw new BadInput(faults)
  return { number, text, status, reference: args.get('update_id') ?? args.get('update_id_ext') }
}

function missing(name: string): Fault {
  return { field: name, text: 'open311.fault.missing', values: { name } }
}

function tooLong(name: keyof typeof limits, over: number): Fault {
  return { field: name, text: 'open311.fault.too-long', values: { name, limit: limits[name], over } }
}
