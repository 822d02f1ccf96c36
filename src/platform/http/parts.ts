import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { NotFound } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Office, Relay } from '../office.ts'
import { type RootKey, unwrapTenantKey } from '../sealing/keys.ts'
import { listTenants, readTenant } from '../tenants.ts'

/** The real parts one process works with, built once in main.ts. */
export type Parts = {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  /** Connections as the application's role. */
  readonly pool: Pool
  /** Connections as the database's owner: for founding tenants and for sign-in's own tables, nothing else. */
  readonly owner: Pool
  readonly rootKey: RootKey
  readonly offices: Offices
  readonly mailer: Mailer
  /** How people reach this server, without a slash at the end; for links in e-mail. Known once it listens. */
  baseUrl(): string
}

/** Finds the office that a request, a job or a command works for. */
export type Offices = {
  /** By the host a browser asked for; the tenant without a host answers the rest. `undefined` before set-up. */
  forHost(host: string): Promise<Office | undefined>
  forTenant(id: number): Promise<Office>
  all(): Promise<Office[]>
  /** Forgets what is remembered, after a tenant was founded or its settings changed. */
  forget(): void
}

// Tenants change about never, and every process may be told late: a minute is soon enough for a new pack version.
const freshFor = 60_000

/** Offices, remembered for a minute; `relay` is what follows from anything that they record. */
export function createOffices(pool: Pool, clock: Clock, rootKey: RootKey, relay?: Relay): Offices {
  let listed: { at: number; hosts: Promise<{ tenantId: number; host: string | null }[]> } | undefined
  const offices = new Map<number, { at: number; office: Promise<Office> }>()

  const tenants = async () => {
    if (!listed || performance.now() - listed.at > freshFor) {
      listed = { at: performance.now(), hosts: listTenants(pool) }
      listed.hosts.catch(forget)
    }
    const hosts = await listed.hosts
    if (hosts.length === 0) listed = undefined // set-up is awaited: look again next time
    return hosts
  }
  const forTenant = (id: number) => {
    const remembered = offices.get(id)
    if (remembered && performance.now() - remembered.at < freshFor) return remembered.office
    const office = openOffice(id)
    offices.set(id, { at: performance.now(), office })
    office.catch(() => offices.delete(id))
    return office
  }
  const openOffice = async (id: number): Promise<Office> => {
    const { tenant, wrappedKey } = await readTenant(pool, id)
    return { tenant, key: unwrapTenantKey(rootKey, wrappedKey, id), pool, clock, ...(relay && { relay }) }
  }
  const forget = () => {
    listed = undefined
    offices.clear()
  }
  return {
    forget,
    forTenant,
    all: async () => Promise.all((await tenants()).map(({ tenantId }) => forTenant(tenantId))),
    forHost: async host => {
      const hosts = await tenants()
      const found = hosts.find(tenant => tenant.host === host) ?? hosts.find(tenant => tenant.host === null)
      return found && forTenant(found.tenantId)
    },
  }
}

/** The office, where set-up is done. */
export function requireOffice(office: Office | undefined): Office {
  if (!office) throw new NotFound('tenant')
  return office
}
