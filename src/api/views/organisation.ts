import { z } from 'zod'
import type { AccountState } from '../../identity/reads.ts'
import { roles } from '../../org/may.ts'
import type { Officer, Unit } from '../../org/reads.ts'
import { bothNames, day, uuid } from './common.ts'

const place = z.strictObject({ en: z.string().trim().min(1), 'zh-CN': z.string().trim().min(1) })

/** What a unit is called, handles and covers, as it is sent. */
export const unitFields = {
  name: bothNames,
  functions: z.array(z.string().min(1)).max(100).meta({ description: 'api.field.unit.functions' }),
  areas: z.array(place).max(500).meta({ description: 'api.field.unit.areas' }),
  intake: z.boolean().meta({ description: 'api.field.unit.intake' }),
}

/** A unit of the organisation. */
export const unitSchema = z
  .object({
    id: uuid,
    parentId: uuid.nullable(),
    path: z.array(uuid).meta({ description: 'api.field.unit.path' }),
    ...unitFields,
    active: z.boolean(),
  })
  .meta({ id: 'Unit' })

/** A unit as it stands. */
export function viewUnit({ id, parentId, path, name, ...unit }: Unit): z.input<typeof unitSchema> {
  const areas = unit.areas.map(area => ({ ...area }))
  const { intake, active } = unit
  return {
    id,
    parentId,
    path: [...path],
    name: { ...name },
    functions: [...unit.functions],
    areas,
    intake,
    active,
  }
}

/** A role over a unit and all below it. */
export const grantFields = z.strictObject({ unitId: uuid, role: z.enum(roles) })

/** A member of staff as administrators see them. */
export const staffSchema = z
  .object({
    id: uuid,
    name: z.string(),
    title: z.object({ en: z.string(), 'zh-CN': z.string() }).nullable(),
    email: z.string(),
    active: z.boolean(),
    roles: z.array(z.object(grantFields.shape)),
    signIn: z
      .object({ hasPassword: z.boolean(), twoStep: z.boolean() })
      .meta({ description: 'api.field.staff.sign-in' }),
  })
  .meta({ id: 'StaffMember' })

/** A member of staff and how they sign in. */
export function viewStaff(officer: Officer, account?: AccountState): z.input<typeof staffSchema> {
  const { id, name, title, email, active, grants } = officer
  return {
    id,
    name,
    title: title.en === undefined ? null : { en: title.en, 'zh-CN': title['zh-CN'] ?? title.en },
    email,
    active,
    roles: grants.map(({ unitId, role }) => ({ unitId, role })),
    signIn: { hasPassword: account?.hasPassword ?? false, twoStep: account?.twoStep ?? false },
  }
}

const namedDay = z.strictObject({ date: day, name: bothNames })

/** What differs from the plain week in a year. */
export const yearFields = {
  holidays: z.array(namedDay).max(366),
  makeup: z.array(namedDay).max(366).meta({ description: 'api.field.calendar.makeup' }),
  halfDays: z
    .array(z.strictObject({ ...namedDay.shape, half: z.enum(['morning', 'afternoon']) }))
    .max(366)
    .optional()
    .meta({ description: 'api.field.calendar.half-days' }),
}

/** The working calendar that dates are counted on. */
export const calendarSchema = z
  .object({
    id: z.string(),
    version: z.string(),
    weekend: z.array(z.int().min(1).max(7)).meta({ description: 'api.field.calendar.weekend' }),
    published: z.enum(['listed', 'always']).meta({ description: 'api.field.calendar.published' }),
    years: z.record(z.string(), z.object(yearFields)),
  })
  .meta({ id: 'Calendar' })
