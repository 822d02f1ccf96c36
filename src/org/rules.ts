import type { Json } from '../platform/json.ts'
import type { Role } from './may.ts'
import type { Name, Unit } from './reads.ts'

/** An event of the organisation's chain, opened. */
export type OrgFact = { type: string; at: Temporal.Instant; data: Json; sealed: Json | undefined }

/** A member of staff as far as events tell. `linked`: they were given a sign-in. */
export type RecordedStaff = {
  id: string
  name: string
  title: Partial<Name> | undefined
  email: string
  active: boolean
  addedAt: Temporal.Instant
  linked: boolean
}

/** A role somebody holds over a unit. */
export type RecordedGrant = { staffId: string; unitId: string; role: Role }

/** A version of a calendar; `data` is missing where the event only has its digest. */
export type RecordedCalendar = {
  id: string
  version: string
  data: Json | undefined
  publishedAt: Temporal.Instant
}

/** The settings of a tenant; `name` is missing until an event tells it. */
export type RecordedSettings = {
  name: Name | undefined
  language: string
  timeZone: string
  packId: string
  packVersion: number
}

/** The organisation as its events tell it. */
export type OrgRecord = {
  settings: RecordedSettings
  units: Map<string, Unit>
  staff: Map<string, RecordedStaff>
  /** By `grantKey`. */
  grants: Map<string, RecordedGrant>
  calendars: RecordedCalendar[]
}

/** The types of event that change what is told here; those of sign-in's doors are left out. */
export const orgFactTypes = [
  'org.founded',
  'org.settings-changed',
  'org.unit-added',
  'org.unit-changed',
  'org.staff-added',
  'org.staff-changed',
  'org.staff-ended',
  'org.staff-restored',
  'org.role-granted',
  'org.role-revoked',
  'org.calendar-published',
  'identity.link-issued',
  'identity.password-set',
] as const

/** Folds the organisation's events, in order. Pure. */
export function foldOrganisation(facts: readonly OrgFact[]): OrgRecord {
  const record: OrgRecord = {
    settings: { name: undefined, language: '', timeZone: '', packId: '', packVersion: 0 },
    units: new Map(),
    staff: new Map(),
    grants: new Map(),
    calendars: [],
  }
  for (const fact of facts) appliers[fact.type as keyof typeof appliers]?.(record, fact)
  return record
}

/** What a grant is found by. */
export function grantKey({ staffId, unitId, role }: RecordedGrant): string {
  return `${staffId} ${unitId} ${role}`
}

type Applier = (record: OrgRecord, fact: OrgFact) => void

const settingsTold: Applier = (record, { data }) => {
  const told = data as Partial<{ name: Name; language: string; timeZone: string; pack: string }>
  const [packId, packVersion] = (told.pack ?? '').split('@')
  const { settings } = record
  record.settings = {
    name: told.name ?? settings.name,
    language: told.language ?? settings.language,
    timeZone: told.timeZone ?? settings.timeZone,
    packId: packId || settings.packId,
    packVersion: packVersion ? Number(packVersion) : settings.packVersion,
  }
}

const unitTold: Applier = ({ units }, { data }) => {
  const { unit } = data as unknown as { unit: Unit }
  units.set(unit.id, unit)
}

const changeOfStaff =
  (change: (staff: RecordedStaff, fact: OrgFact) => Partial<RecordedStaff>): Applier =>
  ({ staff }, fact) => {
    const { staffId } = fact.data as { staffId: string | null }
    const known = staff.get(staffId ?? '')
    if (known) staff.set(known.id, { ...known, ...change(known, fact) })
  }

const words = ({ sealed }: OrgFact) =>
  (sealed ?? {}) as { name?: string; title?: Partial<Name>; email?: string }

const linked = changeOfStaff(() => ({ linked: true }))

const appliers: Record<(typeof orgFactTypes)[number], Applier> = {
  'org.founded': settingsTold,
  'org.settings-changed': settingsTold,
  'org.unit-added': unitTold,
  'org.unit-changed': unitTold,
  'org.staff-added': ({ staff }, fact) => {
    const { staffId: id } = fact.data as { staffId: string }
    const { name = '', title, email = '' } = words(fact)
    staff.set(id, { id, name, title, email, active: true, addedAt: fact.at, linked: false })
  },
  'org.staff-changed': changeOfStaff((known, fact) => {
    const { name = known.name, title, email = known.email } = words(fact)
    return { name, title, email }
  }),
  'org.staff-ended': changeOfStaff(() => ({ active: false })),
  'org.staff-restored': changeOfStaff(() => ({ active: true })),
  'org.role-granted': ({ grants }, { data }) => {
    const grant = data as unknown as RecordedGrant
    grants.set(grantKey(grant), { staffId: grant.staffId, unitId: grant.unitId, role: grant.role })
  },
  'org.role-revoked': ({ grants }, { data }) => {
    grants.delete(grantKey(data as unknown as RecordedGrant))
  },
  'org.calendar-published': ({ calendars }, { at, data, sealed }) => {
    const { calendar, version } = data as { calendar: string; version: string }
    calendars.push({ id: calendar, version, data: sealed, publishedAt: at })
  },
  'identity.link-issued': linked,
  'identity.password-set': linked,
}
