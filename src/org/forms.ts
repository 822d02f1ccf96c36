import { z } from 'zod'
import { normalEmail } from '../identity/reads.ts'
import { findPack, listPacks } from '../packs/reads.ts'
import { choice, typed } from '../platform/http/form-fields.ts'
import { languages } from '../platform/i18n/languages.ts'
import { isOneAddress } from '../platform/mail/message.ts'
import { dayKinds, readBilingual } from './calendar-days.ts'
import { roles } from './may.ts'
import { bothOf, nameFields } from './names.ts'

const list = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform(value => (value === undefined ? [] : [value].flat()))
const ticked = z
  .string()
  .optional()
  .transform(value => value !== undefined)

const named = <Form extends { 'name-en': string; 'name-zh-CN': string }>(
  form: Form,
  context: z.RefinementCtx,
) => {
  if (form['name-en'] === '' && form['name-zh-CN'] === '')
    context.addIssue({ code: 'custom', path: ['name-zh-CN'], message: 'org.name.missing' })
}

/** A unit's name, functions and places. */
export const unitForm = z
  .object({
    ...nameFields('name'),
    functions: list,
    areas: typed(z.string().max(5000, 'org.areas.long')),
    intake: ticked,
    active: ticked,
  })
  .superRefine(named)
  .transform(({ areas, functions, intake, active, ...names }) => ({
    name: bothOf(names['name-en'], names['name-zh-CN']),
    functions,
    areas: areas
      .split(/\r?\n/)
      .map(line => line.trim())
      .filter(line => line !== '')
      .map(readBilingual),
    intake,
    active,
  }))

const role = choice(roles, 'org.role.missing')
const unit = typed(z.string().min(1, 'org.unit.missing'))

const person = {
  name: typed(z.string().trim().min(1, 'org.person.missing').max(100, 'org.name.long')),
  ...nameFields('title'),
  email: typed().transform(normalEmail).refine(isOneAddress, 'org.email.missing'),
}

/** A new member of staff with a first role. */
export const staffForm = z
  .object({ ...person, role, unit })
  .transform(({ name, email, role, unit, ...form }) => ({
    name,
    email,
    title: titleOf(form),
    accountId: null,
    grants: [{ role, unitId: unit }],
  }))

/** What is changed about a member of staff. */
export const personForm = z
  .object(person)
  .transform(({ name, email, ...form }) => ({ name, email, title: titleOf(form) }))

const titleOf = (form: { 'title-en': string; 'title-zh-CN': string }) =>
  form['title-en'] || form['title-zh-CN'] ? bothOf(form['title-en'], form['title-zh-CN']) : {}

/** A role over a unit, given or taken back. */
export const grantForm = z.object({ role, unit })

/** A link to sign in with. */
export const linkForm = z.object({ endTwoStep: ticked })

/** One day of a calendar; `previous` is the version that was shown. */
export const dayForm = z
  .object({
    'date-year': typed(),
    'date-month': typed(),
    'date-day': typed(),
    kind: choice(dayKinds, 'org.day.kind.missing'),
    ...nameFields('name'),
    previous: z.string().max(200),
  })
  .superRefine((form, context) => {
    if (!readDate(form)) context.addIssue({ code: 'custom', path: ['date'], message: 'org.day.date.missing' })
    if (form.kind !== 'plain') named(form, context)
  })
  .transform(form => ({
    date: readDate(form) ?? Temporal.PlainDate.from('1970-01-01'),
    kind: form.kind,
    name: bothOf(form['name-en'], form['name-zh-CN']),
    previous: form.previous,
  }))

function readDate(
  form: Record<'date-year' | 'date-month' | 'date-day', string>,
): Temporal.PlainDate | undefined {
  const [year, month, day] = [form['date-year'], form['date-month'], form['date-day']].map(part =>
    Number(part.trim() || Number.NaN),
  )
  try {
    return Temporal.PlainDate.from({ year, month, day } as { year: number; month: number; day: number }, {
      overflow: 'reject',
    })
  } catch {
    return undefined
  }
}

/** A whole year of a calendar, one day to a line. */
export const yearForm = z.object({
  holidays: z.string().max(20_000, 'org.days.long').catch(''),
  makeup: z.string().max(20_000, 'org.days.long').catch(''),
  previous: z.string().max(200),
})

/** The settings of the tenant; `pack` is `generic@1`. */
export const settingsForm = z
  .object({
    ...nameFields('name'),
    language: choice(languages, 'org.language.missing'),
    pack: typed().refine(key => [...listPacks().keys()].some(one => one === key), 'org.pack.missing'),
  })
  .superRefine(named)
  .transform(form => {
    const { id, version } = findPack(form.pack)
    const name = bothOf(form['name-en'], form['name-zh-CN'])
    return { name, language: form.language, packId: id, packVersion: version }
  })
