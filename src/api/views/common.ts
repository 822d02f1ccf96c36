import { z } from 'zod'
import { officerName, unitName } from '../../cases/follow/names.ts'
import { statuses } from '../../cases/lifecycle.ts'
import type { Context } from '../../cases/rules/decision.ts'
import { findCategory } from '../../packs/rules.ts'
import { KINDS, type Pack } from '../../packs/schema.ts'
import { languages } from '../../platform/i18n/languages.ts'
import type { T } from '../../platform/i18n/translator.ts'

/** An instant, in UTC with milliseconds. */
export const instant = z.iso.datetime()
/** A day of the calendar. */
export const day = z.iso.date()
export const uuid = z.uuid()
export const kind = z.enum(KINDS)
export const language = z.enum([...languages])
export const status = z.enum(statuses)

/** A text of at most so many characters, as a reader and JSON Schema count them; JavaScript's own count is higher. */
export const textUpTo = (most: number) =>
  z
    .string()
    .refine(text => [...text].length <= most, { error: 'api.fault.too-long', params: { most } })
    .meta({ maxLength: most })

/** The same, that must say something. */
export const wordsUpTo = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine(text => [...text].length <= most, { error: 'api.fault.too-long', params: { most } })
    .meta({ maxLength: most })

/** A name in both languages. */
export const bothNames = z.strictObject({
  en: wordsUpTo(200),
  'zh-CN': wordsUpTo(200),
})

/** A code with its name in the caller's language. */
export const term = z.object({ code: z.string(), name: z.string() }).meta({ id: 'Term' })
export const unitRef = z.object({ id: uuid, name: z.string() }).meta({ id: 'UnitReference' })
export const officerRef = z.object({ id: uuid, name: z.string() }).meta({ id: 'OfficerReference' })

type Ref = { id: string; name: string }

/** A unit by its id and its name in the caller's language. */
export const refOfUnit = (t: T, context: Context, id: string): Ref => ({
  id,
  name: unitName(t, context, id),
})

/** A member of staff by id, name and title; null for nobody. */
export function refOfOfficer(t: T, context: Context, id: string | null | undefined): Ref | null {
  const name = officerName(t, context, id)
  return id && name !== undefined ? { id, name } : null
}

/** A category with its name. */
export function termOfCategory(t: T, pack: Pack, code: string): { code: string; name: string } {
  return { code, name: findCategory(pack, code)?.name[t.lang] ?? code }
}

/** An instant as the interface writes it. */
export const written = (at: Temporal.Instant): string => at.toString({ fractionalSecondDigits: 3 })
