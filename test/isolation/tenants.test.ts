import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { addToken } from '../../src/access/actions.ts'
import { makeCheckpoint } from '../../src/audit/checkpoint.ts'
import { acceptCase } from '../../src/cases/actions/staff.ts'
import { beginDraft } from '../../src/cases/raise/actions.ts'
import { addConnection } from '../../src/connectors/actions/connections.ts'
import { insertFetched, insertFetchedUpdate } from '../../src/connectors/store.ts'
import { saveCategoryNames } from '../../src/exchange/store.ts'
import { renewAddress } from '../../src/feeds/actions.ts'
import { builtInCalendar } from '../../src/obligations/built-in-calendars.ts'
import { insertOrigin, insertRequest } from '../../src/open311/store.ts'
import { publishCalendar } from '../../src/org/actions/settings.ts'
import { q } from '../../src/platform/database/query.ts'
import { inTransaction } from '../../src/platform/database/tx.ts'
import { allowedNetworks } from '../../src/platform/http-client/address.ts'
import { addEndpoint } from '../../src/webhooks/actions/endpoints.ts'
import { sendTest } from '../../src/webhooks/actions/replay.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { bringFile } from '../support/imports.ts'
import { type TestOffice, testOffice } from '../support/office.ts'

// Two towns in one database, and statements that forget to say which of them they are for.

const database = await testDatabase()
const { owner, pool } = database
const here = await testOffice(database)
const there = await testOffice(database, { host: 'there.example' })

async function live(office: TestOffice) {
  await publishCalendar(office, 'set-up', builtInCalendar('weekdays'), undefined)
  const { id: tokenId } = await addToken(office, 'set-up', { name: 'A program', scopes: ['open311'] })
  const hook = { url: 'https://hooks.example.org', types: [] }
  const endpoint = await addEndpoint(office, 'set-up', hook, allowedNetworks([]))
  await sendTest(office, 'set-up', endpoint.id)
  const head = await actorOf(office, office.staff['unit-head'])
  const { caseId: id } = await fileOne(office)
  await renewAddress(office, head)
  await acceptCase(office, head, { id, idempotencyKey: randomUUID() })
  await makeCheckpoint(office)
  const sent = { caseId: randomUUID(), tokenId, reference: null }
  await fileOne(office, { id: sent.caseId }, { writes: [insertRequest(office.tenant.id, sent)] })
  const original = {
    name: 'There',
    direction: 'from' as const,
    url: 'https://there.example/v2',
    services: [],
  }
  const from = await addConnection(office, 'set-up', original, {
    allowed: allowedNetworks([]),
    baseUrl: 'https://town.example.org',
  })
  const copied = { caseId: randomUUID(), now: office.clock.now() }
  await fileOne(
    office,
    { id: copied.caseId },
    {
      writes: [
        insertOrigin(office.tenant.id, copied.caseId, `${original.url}/requests/1`),
        insertFetched(office.tenant.id, from, copied.caseId, '1', copied.now),
        insertFetchedUpdate(office.tenant.id, from, copied.caseId, '1_1', copied.now),
      ],
    },
  )
  await beginDraft(office, { what: 'It smells' })
  await bringFile(office)
  const lamps = { name: 'lamps', category: 'street-light', kind: undefined }
  await inTransaction(office.pool, office.tenant.id, tx =>
    tx.run(saveCategoryNames(tx.tenant, [lamps], office.clock.now())),
  )
}

beforeAll(() => Promise.all([live(here), live(there)]))

const { rows: tables } = await owner.query<{ name: string }>(
  `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' order by 1`,
)

/** Runs one statement as the application does, in a transaction of a tenant; always rolled back. */
async function as(tenant: number | undefined, statement: string, values: unknown[] = []) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    if (tenant !== undefined) await client.query(`set local app.tenant_id = ${tenant}`)
    return await client.query(statement, values)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

describe.each(tables)('in $name', ({ name }) => {
  test('there are rows of both, so that these tests look at something', async () => {
    const { rows } = await owner.query<{ tenant_id: number }>(
      `select distinct tenant_id from ${name} order by 1`,
    )
    expect(rows.map(row => row.tenant_id)).toEqual([here.tenant.id, there.tenant.id])
  })

  test('a statement that forgets its tenant sees its own rows alone', async () => {
    const { rows } = await as(here.tenant.id, `select distinct tenant_id from ${name}`)
    expect(rows).toEqual([{ tenant_id: here.tenant.id }])
    expect(
      (await as(here.tenant.id, `select from ${name} where tenant_id = ${there.tenant.id}`)).rowCount,
    ).toBe(0)
  })

  test('nothing is seen before a tenant is named, and nothing by a tenant that is none', async () => {
    for (const tenant of [undefined, 0, -1, 999_999])
      expect((await as(tenant, `select from ${name}`)).rowCount).toBe(0)
  })

  test('nothing can be written for the other', async () => {
    const { rows } = await owner.query(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
       where attrelid = '${name}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    )
    const columns: string = rows[0].columns
    const copy = await owner.query(
      `select ${columns} from ${name} where tenant_id = ${there.tenant.id} limit 1`,
    )
    const values = Object.values(copy.rows[0] ?? {}).map(value =>
      value !== null &&
      typeof value === 'object' &&
      !Buffer.isBuffer(value) &&
      !(value instanceof Date) &&
      !Array.isArray(value)
        ? JSON.stringify(value)
        : Array.isArray(value) && typeof value[0] === 'object'
          ? JSON.stringify(value)
          : value,
    )
    const places = values.map((_, i) => `$${i + 1}`).join(', ')
    await expect(
      as(here.tenant.id, `insert into ${name} (${columns}) values (${places})`, values),
    ).rejects.toThrow(/row-level security|permission denied/)
    const moved = as(here.tenant.id, `update ${name} set tenant_id = ${there.tenant.id}`)
    await expect(moved).rejects.toThrow(/row-level security|permission denied/)
  })

  test('nothing of the other can be removed', async () => {
    const removed = as(here.tenant.id, `delete from ${name} where tenant_id = ${there.tenant.id}`)
    await removed.then(
      ({ rowCount }) => expect(rowCount).toBe(0),
      (error: Error) => expect(error.message).toMatch(/permission denied|append-only/),
    )
  })
})

test('a connection goes back without a tenant, whatever became of its transaction', async () => {
  const seen = q.selectFrom('cases').select('id')
  expect(await inTransaction(pool, here.tenant.id, tx => tx.all(seen))).toHaveLength(3)
  await expect(
    inTransaction(pool, here.tenant.id, async tx => {
      await tx.all(seen)
      throw new Error('on purpose')
    }),
  ).rejects.toThrow('on purpose')
  for (let i = 0; i < 10; i++) expect((await pool.query('select from cases')).rowCount).toBe(0)
})

test('two tenants at once on the same connections never see each other', async () => {
  const seen = q.selectFrom('cases').select('tenant_id')
  const work = Array.from({ length: 60 }, (_, i) => (i % 2 ? here : there).tenant.id)
  const found = await Promise.all(work.map(id => inTransaction(pool, id, tx => tx.all(seen))))
  for (const [i, rows] of found.entries())
    expect(new Set(rows.map(row => row.tenant_id))).toEqual(new Set([work[i]]))
})
