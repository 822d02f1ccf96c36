import { createApp } from '../src/app.ts'
import { createPool } from '../src/platform/database/pool.ts'
import { q } from '../src/platform/database/query.ts'
import { inSnapshot } from '../src/platform/database/tx.ts'
import { createOffices } from '../src/platform/http/parts.ts'
import { createMailer } from '../src/platform/mail/mailer.ts'
import type { Bench } from './support/bench.ts'
import { signIn } from './support/browser.ts'
import type { Figure, Line } from './support/figure.ts'
import { runLoad } from './support/load.ts'
import { fileModelCase } from './support/model-cases.ts'
import { median, percentile, perSecond, spread } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import { randomNumbers } from './support/texts.ts'
import type { Town } from './support/town.ts'

/** The case page as staff see it, with a case's whole history. */
export const casePage: Figure = async bench => {
  const town = await bench.town('case_page')
  const random = randomNumbers(3)
  const numbers: string[] = []
  for (let made = 0; made < (bench.quick ? 20 : 200); made++)
    numbers.push((await fileModelCase(town, 'awaiting-resident', random)).number)
  const server = await startServerProcess(town.env)
  try {
    const cookie = await signIn(server.address, town.staff.supervisor.email)
    return [
      ...(await load(bench, server.address, cookie, numbers)),
      await countStatements(town, cookie, numbers),
    ]
  } finally {
    await server.stop()
  }
}

async function load(bench: Bench, address: string, cookie: string, numbers: string[]): Promise<Line[]> {
  const requests = numbers.map(number => ({
    path: `/cases/${number}`,
    headers: { cookie, 'accept-language': 'en' },
  }))
  const one = (total: number) => runLoad({ address, connections: 8, requests, total }, 200)
  await one(bench.quick ? 500 : 3_000)
  const rates: number[] = []
  const latencies: number[] = []
  for (let round = 0; round < (bench.quick ? 2 : 5); round++) {
    const result = await one(bench.quick ? 800 : 4_000)
    rates.push(result.latencies.length / result.seconds)
    for (const latency of result.latencies) latencies.push(latency)
  }
  const rate = median(rates)
  const p99 = percentile(latencies, 0.99)
  return [
    {
      figure: 'case page, staff, with its events, 8 connections',
      bar: '≥ 800 /s',
      measured: perSecond(rate),
      reached: rate >= 800,
    },
    { figure: 'the same, latency', bar: 'p99 ≤ 25 ms', measured: spread(latencies), reached: p99 <= 25 },
  ]
}

/** Counts what one page asks of PostgreSQL, in this process, once what may be remembered is remembered. */
async function countStatements(town: Town, cookie: string, numbers: readonly string[]): Promise<Line> {
  const { config, log, clock, owner, rootKey } = town.parts
  const pool = createPool(town.env['DATABASE_URL'] ?? '', 2)
  const asked: string[] = []
  pool.on('connect', client => {
    const query = client.query.bind(client)
    client.query = ((...given: Parameters<typeof query>) => {
      const [first] = given as unknown as [string | { text: string }]
      asked.push(typeof first === 'string' ? first : first.text)
      return query(...given)
    }) as typeof client.query
  })
  const offices = createOffices(pool, clock, rootKey)
  const mailer = createMailer(config, log)
  const app = await createApp({
    config,
    log,
    clock,
    pool,
    owner,
    rootKey,
    offices,
    mailer,
    baseUrl: () => '',
  })
  const counts: number[] = []
  let events = 0
  for (const number of numbers.slice(0, 20)) {
    asked.length = 0
    const answer = await app.inject({ url: `/cases/${number}`, headers: { cookie, host: 'localhost' } })
    if (answer.statusCode !== 200) throw new Error(`${number}: ${answer.statusCode}`)
    counts.push(asked.filter(text => !/^(begin|commit)/.test(text)).length)
    events += await countEvents(town, number)
  }
  await app.close()
  mailer.close()
  await pool.end()
  const most = percentile(counts.slice(1), 0.5)
  return {
    figure: `the same, SQL statements for a case of ${Math.round(events / counts.length)} events`,
    bar: '≤ 6',
    measured: `${most} in 2 transactions (begin and commit not counted)`,
    reached: most <= 6,
  }
}

async function countEvents({ office }: Town, number: string): Promise<number> {
  const rows = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(
      q
        .selectFrom('events')
        .innerJoin('cases', join =>
          join.onRef('cases.tenant_id', '=', 'events.tenant_id').onRef('cases.id', '=', 'events.stream_id'),
        )
        .select('events.seq')
        .where('cases.tenant_id', '=', tx.tenant)
        .where('cases.number', '=', number),
    ),
  )
  return rows.length
}
