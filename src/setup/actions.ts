import { setPassword } from '../identity/actions/links.ts'
import { normalEmail } from '../identity/reads.ts'
import { builtInCalendar } from '../obligations/built-in-calendars.ts'
import { publishCalendar } from '../org/actions/settings.ts'
import { addStaff, foundOrganisation } from '../org/actions.ts'
import { oversightFunction, type Role } from '../org/may.ts'
import { type Name, readOrganisation, type Unit } from '../org/reads.ts'
import { findNewestPack } from '../packs/reads.ts'
import type { Pack } from '../packs/schema.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, Conflict } from '../platform/errors.ts'
import type { Parts } from '../platform/http/parts.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Office } from '../platform/office.ts'
import { createTenantKey } from '../platform/sealing/keys.ts'
import { insertTenant, listTenants } from '../platform/tenants.ts'
import { v7 } from '../platform/uuid.ts'

/** The parts that founding a tenant needs; a command has these without a web server. */
export type FoundingParts = Pick<Parts, 'config' | 'log' | 'clock' | 'pool' | 'owner' | 'rootKey' | 'offices'>

/** What set-up asks for. */
export type Founding = {
  name: Name
  language: Lang
  /** IANA name, such as `Asia/Shanghai`. */
  timeZone: string
  packId: string
  administrator: {
    name: string
    email: string
    /** Checked by who asks for it. */
    password: string
    /** Whether they also lead and supervise, as where one person begins alone. */
    handlesCases: boolean
  }
  /** The host the tenant answers to; null: every host that no other tenant claims. */
  host?: string | null
  /** Whether every page says that this is a demonstration. */
  demo?: boolean
}

/** Any number no other part of the program locks on; held while a tenant is founded. */
const foundingLock = 7_263_015_419

/**
 * Founds a tenant: its settings and key, the institution and its oversight office, the calendar of its policy pack,
 * and the first administrator. One that was cut short is finished, not begun anew.
 * @throws Conflict where a tenant answers to the host already, BadInput for a pack that is not installed.
 */
export async function foundTenant(parts: FoundingParts, founding: Founding): Promise<Office> {
  const pack = findNewestPack(founding.packId)
  if (!pack) throw new BadInput([{ field: 'pack', text: 'setup.pack.missing' }])
  const client = await parts.owner.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [foundingLock])
    try {
      const office = await openOffice(parts, founding, pack)
      await found(parts, office, founding, pack)
      return office
    } finally {
      await client.query('select pg_advisory_unlock($1)', [foundingLock])
    }
  } finally {
    client.release()
    parts.offices.forget()
  }
}

/** Whether set-up is still to be done: there is no tenant, or none of them got as far as its first administrator. */
export async function needsSetUp(parts: FoundingParts): Promise<boolean> {
  const tenants = await listTenants(parts.pool)
  const finished = await Promise.all(tenants.map(({ tenantId }) => hasStaff(parts, tenantId)))
  return !finished.includes(true)
}

function hasStaff({ pool }: FoundingParts, tenantId: number): Promise<boolean> {
  return inSnapshot(pool, tenantId, async tx => (await readOrganisation(tx)).officers.size > 0)
}

/** The new tenant's office, or that of one whose founding was cut short. */
async function openOffice(parts: FoundingParts, founding: Founding, pack: Pack): Promise<Office> {
  const { pool, owner, clock, rootKey, offices } = parts
  const host = founding.host ?? null
  const taken = (await listTenants(pool)).find(tenant => tenant.host === host)
  if (taken) {
    if (await hasStaff(parts, taken.tenantId)) throw new Conflict('setup.done-already')
    offices.forget()
    return offices.forTenant(taken.tenantId)
  }
  const tenant = {
    streamId: v7(),
    name: founding.name,
    language: founding.language,
    timeZone: founding.timeZone,
    packId: pack.id,
    packVersion: pack.version,
    demo: founding.demo ?? false,
  }
  const row = { ...tenant, host, createdAt: clock.now() }
  const id = await insertTenant(owner, row, tenantId => createTenantKey(rootKey, tenantId).wrapped)
  offices.forget()
  return offices.forTenant(id)
}

async function found(parts: FoundingParts, office: Office, founding: Founding, pack: Pack): Promise<void> {
  const { administrator } = founding
  const known = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const root = known.units.values().find(unit => unit.intake) ?? topUnit(founding.name, [], true)
  if (known.units.size === 0) {
    await foundOrganisation(office, root, topUnit(oversightName, [oversightFunction], false))
    await publishCalendar(office, 'set-up', builtInCalendar(pack.calendar), undefined)
  }
  const roles: Role[] = administrator.handlesCases
    ? ['administrator', 'supervisor', 'unit-head', 'lead', 'case-officer', 'front-desk']
    : ['administrator']
  const staffId = await addStaff(office, 'set-up', {
    name: administrator.name,
    title: {},
    email: normalEmail(administrator.email),
    accountId: null,
    grants: roles.map(role => ({ unitId: root.id, role })),
  })
  await setPassword(parts, office, staffId, administrator.password, 'set-up')
}

const oversightName: Name = { en: 'Oversight Office', 'zh-CN': '监督办公室' }

function topUnit(name: Name, functions: string[], intake: boolean): Unit {
  const id = v7()
  return { id, parentId: null, path: [id], name, functions, areas: [], intake, active: true }
}
