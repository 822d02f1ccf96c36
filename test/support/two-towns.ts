import { addToken } from '../../src/access/actions.ts'
import type { Scope } from '../../src/access/reads.ts'
import { addConnection, type ConnectionInput } from '../../src/connectors/actions/connections.ts'
import { type RelayPayload, relay } from '../../src/connectors/relay.ts'
import { type Ran, type RunOptions, runConnection } from '../../src/connectors/run.ts'
import type { MovableClock } from '../../src/platform/clock.ts'
import { allowedNetworks } from '../../src/platform/http-client/address.ts'
import type { Office } from '../../src/platform/office.ts'
import { testApp } from './app.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { type TestOffice, testOffice } from './office.ts'

/** A town whose server listens on this machine, with everything that connects it to another. */
export type ListeningTown = {
  town: TestOffice
  office: Office
  database: TestDatabase
  clock: MovableClock
  /** Where it is reached, without a slash at the end. */
  address: string
  /** Its Open311 endpoint, as another server is given it. */
  endpoint: string
  /** Makes a key with which another server files here. */
  key(...scopes: Scope[]): Promise<string>
  connect(input: Omit<ConnectionInput, 'services'> & Partial<ConnectionInput>): Promise<string>
  /** Puts what was recorded on its way, as the worker would. */
  relay(): Promise<void>
  /** Does what a connection has to do, though it is not its time. */
  run(id: string, options?: Partial<RunOptions>): Promise<Ran>
}

/** Where tests' servers are. */
export const here = allowedNetworks(['127.0.0.0/8', '::1'])

/** Starts a town of its own database, listening on a free port. */
export async function listeningTown(): Promise<ListeningTown> {
  const database = await testDatabase()
  const town = await testOffice(database)
  const env = { BASE_URL: 'http://localhost', WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' }
  const { app, parts } = await testApp(database, town.clock, { env })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const office = await parts.offices.forTenant(town.tenant.id)
  return {
    town,
    office,
    database,
    clock: town.clock,
    address,
    endpoint: `${address}/open311/v2`,
    key: async (...scopes) => {
      const staffId = scopes.length > 0 ? town.staff.supervisor : undefined
      const wanted = { name: 'Another server', scopes: ['open311', ...scopes] as Scope[], staffId }
      return (await addToken(office, 'set-up', wanted)).token
    },
    connect: input =>
      addConnection(
        office,
        'set-up',
        { services: [{ category: 'road-damage', service: 'road-damage' }], ...input },
        { allowed: here, baseUrl: 'https://town.example.org' },
      ),
    relay: async () => {
      const { rows } = await database.owner.query(
        `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
         where t.id = j.task_id and t.identifier = 'relay-connectors' returning j.payload`,
      )
      for (const { payload } of rows) await relay(office, payload as RelayPayload)
    },
    run: (id, options = {}) =>
      runConnection(office, id, { allowed: here, baseUrl: address, now: true, ...options }),
  }
}
