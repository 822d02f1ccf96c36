import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addToken } from '../../src/access/actions.ts'
import { relay } from '../../src/app.ts'
import { acceptCase, askInformation } from '../../src/cases/actions/staff.ts'
import { addConnection } from '../../src/connectors/actions/connections.ts'
import { runJob } from '../../src/connectors/run-job.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { inTransaction } from '../../src/platform/database/tx.ts'
import { allowedNetworks } from '../../src/platform/http-client/address.ts'
import type { Office } from '../../src/platform/office.ts'
import { enqueue } from '../../src/platform/perform.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type TestOffice, testOffice, testRootKey } from '../support/office.ts'
import { type CrashingServer, runCommand, startCrashing } from './server.ts'

// Two servers, each sending its cases to the other and fetching the other's at the same time, while both are killed with
// -9 again and again: in the end every case is once on each side, and every step of it was told once.

const folder = mkdtempSync(join(tmpdir(), 'answerable-exchange-'))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
const kills = 6
const allowed = allowedNetworks(['127.0.0.0/8'])

type Side = {
  name: string
  database: TestDatabase
  town: TestOffice
  office: Office
  endpoint: string
  env: Record<string, string>
  server: CrashingServer
  connections: string[]
  own: { id: string; number: string }[]
}

let sides: [Side, Side]

afterAll(async () => {
  await Promise.all((sides ?? []).map(side => side.server.stop()))
  rmSync(folder, { recursive: true, force: true })
})

beforeAll(async () => {
  sides = [await startSide('a'), await startSide('b')]
  const [a, b] = sides
  await connect(a, b)
  await connect(b, a)
  try {
    await exchangeUnderKills()
  } catch (error) {
    for (const { name } of sides)
      console.error(readFileSync(join(folder, `${name}.log`), 'utf8').slice(-3_000))
    throw error
  }
}, 120_000)

async function startSide(name: string): Promise<Side> {
  const database = await testDatabase()
  const town = await testOffice(database, { start: systemClock.now().toString() })
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const env = {
    DATABASE_URL: database.url,
    ROOT_KEY_FILE: rootKeyFile,
    HOST: '127.0.0.1',
    PORT: String(port),
    BASE_URL: address,
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
  }
  const server = await startCrashing(join(folder, name), join(folder, `${name}.log`), env)
  const office = { ...town, clock: systemClock, relay }
  const endpoint = `${address}/open311/v2`
  return { name, database, town, office, endpoint, env, server, connections: [], own: [] }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}

/** Has `here` send to and fetch from `there`, with a key of `there`. */
async function connect(here: Side, there: Side): Promise<void> {
  const { token: apiKey } = await addToken(there.office, 'set-up', {
    name: here.name,
    scopes: ['open311', 'cases:read'],
    staffId: there.town.staff.supervisor,
    limitPerMinute: 100_000,
  })
  const services = [{ category: 'road-damage', service: 'road-damage' }]
  for (const direction of ['to', 'from'] as const) {
    const input = { name: direction, direction, url: there.endpoint, apiKey, services }
    here.connections.push(
      await addConnection(here.office, 'set-up', input, { allowed, baseUrl: here.env.BASE_URL }),
    )
  }
}

async function exchangeUnderKills(): Promise<void> {
  let isOver = false
  const living = sides.map(async side => {
    const head = await actorOf(side.office, side.town.staff['unit-head'])
    for (let nth = 0; !isOver; nth++) {
      const filed = await fileOne(side.office, { what: `Hole ${side.name}-${nth} in the road.` })
      side.own.push({ id: filed.caseId, number: filed.number })
      const earlier = nth % 2 === 1 ? side.own[nth - 1] : undefined
      if (earlier) await acceptCase(side.office, head, { id: earlier.id })
      if (earlier && nth % 4 === 1)
        await askInformation(side.office, head, { id: earlier.id }, { text: 'Where is it?' })
      await callAll(side)
      await sleep(300)
    }
  })
  for (let kill = 0; kill < kills; kill++) {
    await sleep(100 + Math.random() * 700)
    const side = sides[kill % 2 === 0 ? 0 : 1]
    await side.server.killServer(false)
    await giveBack(side)
  }
  isOver = true
  await Promise.all(living)
  await untilQuiet()
}

/** Has every connection do what it has to do, whether or not it is its time. */
async function callAll({ office, connections }: Side): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    for (const id of connections) await tx.run(enqueue(runJob(tx.tenant, id, undefined, true)))
  })
}

/** Gives back at once what the killed worker had taken, as the living one does by itself after half a minute. */
async function giveBack({ database }: Side): Promise<void> {
  await database.owner.query(
    `select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from graphile_worker._private_jobs
     where locked_by is not null and locked_at < now() - interval '1 second' having count(*) > 0`,
  )
}

type Seen = { cases: number; waiting: number; steps: number; jobs: number }

async function look(side: Side): Promise<Seen> {
  const { rows } = await side.database.owner.query<Seen>(
    `select (select count(*)::int from cases) as cases,
       (select count(*)::int from connection_copies where status = 'waiting' or (status = 'copied' and told_seq < wanted_seq)) as waiting,
       (select count(*)::int from events where type in ('message.sent', 'information.given')) as steps,
       (select count(*)::int from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier in ('relay-connectors', 'catch-up-connector')) as jobs`,
  )
  if (!rows[0]) throw new Error('nothing was seen')
  return rows[0]
}

/** Waits until all that was filed and told is on both sides, at most a minute; then lets both go on for two more rounds. */
async function untilQuiet(): Promise<void> {
  const all = sides.reduce((sum, side) => sum + side.own.length, 0)
  const steps = await Promise.all(sides.map(stepsOf))
  const wanted = sides.map((_, at) => ({
    cases: all,
    waiting: 0,
    steps: Object.values(steps[1 - at] ?? {}).reduce((sum, one) => sum + one, 0),
    jobs: 0,
  }))
  const isThere = async () => JSON.stringify(await Promise.all(sides.map(look))) === JSON.stringify(wanted)
  for (const until = Date.now() + 60_000; Date.now() < until && !(await isThere()); await sleep(250))
    for (const side of sides) await callAll(side)
  for (const side of sides)
    for (const direction of ['to', 'from'])
      await runCommand(join(folder, side.name), ['connector', 'run', direction, '--json'], side.env)
}

/** How many steps the public is told of each own case of a side, by its number. */
async function stepsOf({ database, own }: Side): Promise<Record<string, number>> {
  const { rows } = await database.owner.query<{ number: string; steps: number }>(
    `select number, count(e.seq)::int as steps from cases c left join events e on e.stream_id = c.id
       and e.type in ('case.accepted', 'information.asked') where c.id = any($1) group by number`,
    [own.map(one => one.id)],
  )
  return Object.fromEntries(rows.map(row => [row.number, row.steps]))
}

/** What came to a side, by the address of its original: how often it is there, and how often it was told a step. */
async function arrivedAt({ database }: Side): Promise<Record<string, { cases: number; steps: number }>> {
  const { rows } = await database.owner.query<{ url: string; cases: number; steps: number }>(
    `select e.data ->> 'url' as url, count(*)::int as cases, sum((select count(*) from events m
       where m.stream_id = e.stream_id and m.type in ('message.sent', 'information.given')))::int as steps
     from events e where e.type = 'copy.taken' group by 1`,
  )
  return Object.fromEntries(rows.map(({ url, ...counts }) => [url, counts]))
}

test('cases were filed on both sides all the while', () => {
  for (const { own } of sides) expect(own.length).toBeGreaterThan(kills)
})

describe.each([0, 1] as const)('on side %i', at => {
  test('every case of the other is there once, with every step once, and there is nothing else', async () => {
    const [here, there] = at === 0 ? sides : [sides[1], sides[0]]
    const steps = await stepsOf(there)
    const expected = Object.fromEntries(
      Object.entries(steps).map(([number, steps]) => [
        `${there.endpoint}/requests/${number}`,
        { cases: 1, steps },
      ]),
    )
    expect(await arrivedAt(here)).toEqual(expected)
    expect((await look(here)).cases).toBe(here.own.length + there.own.length)
  })

  test('every case that was sent says on its own record where it went, once', async () => {
    const side = sides[at]
    const { rows } = await side.database.owner.query(
      `select stream_id, count(*)::int as times from events where type = 'copy.sent' group by 1 having count(*) > 1`,
    )
    expect(rows).toEqual([])
    const { rows: unsaid } = await side.database.owner.query(
      `select case_id from connection_copies c where reference is not null
       and not exists (select from events e where e.stream_id = c.case_id and e.type = 'copy.sent')`,
    )
    expect(unsaid).toEqual([])
  })

  test('the record verifies, and projections are what it says', async () => {
    const side = sides[at]
    await side.server.stop()
    const run = (...line: string[]) => runCommand(join(folder, side.name), line, side.env)
    const verified = await run('audit', 'verify', '--json')
    expect(JSON.parse(verified.output)).toMatchObject({ ok: true, records: [{ problems: [] }] })
    const rebuilt = await run('rebuild', '--check', '--json')
    expect(JSON.parse(rebuilt.output)).toMatchObject({ differences: [] })
  }, 30_000)
})
