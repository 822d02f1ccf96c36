import { setTimeout as sleep } from 'node:timers/promises'
import type { DraftTicket } from '../src/cases/raise/draft.ts'
import type { Bench } from './support/bench.ts'
import { prepareDrafts } from './support/drafts.ts'
import type { Figure, Line } from './support/figure.ts'
import { type FiledRows, readFiledRows } from './support/filed-rows.ts'
import { runFloor } from './support/floor.ts'
import { runLoad, type Sent } from './support/load.ts'
import { median, percentile, perSecond, spread } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import { randomNumbers } from './support/texts.ts'
import type { Town } from './support/town.ts'

const connections = 8

/** Filing a case over HTTP, against the same rows written by bare `pg`, in turns. */
export const fileACase: Figure = async bench => {
  const town = await bench.town('filing')
  const server = await startServerProcess(town.env)
  try {
    return await compare(bench, town, server.address)
  } finally {
    await server.stop()
  }
}

async function compare(bench: Bench, town: Town, address: string): Promise<Line[]> {
  const random = randomNumbers(1)
  const [rounds, each] = bench.quick ? [2, 400] : [5, 2_000]
  const send = async (count: number) => {
    const tickets = await prepareDrafts(town.office, count, random)
    const requests = await Promise.all(tickets.map(ticket => sendingOf(address, ticket)))
    const result = await runLoad({ address, connections, requests, total: requests.length }, 303)
    await drained(town)
    return { ...result, tickets }
  }
  bench.say('warming up')
  const first = await send(bench.quick ? 200 : 1_000)
  const filings = await readFilings(town, first.tickets)
  const floor = async (pipelined: boolean, count: number) => {
    const drafts = (await prepareDrafts(town.office, count, random)).map(({ id }) => id)
    return runFloor({ url: town.env['DATABASE_URL'] ?? '', connections, filings, drafts, pipelined })
  }
  await floor(false, 100)

  const rates = { product: [] as number[], floor: [] as number[], pipelined: [] as number[] }
  const latencies: number[] = []
  const floorLatencies: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const bare = await floor(false, each)
    const product = await send(each)
    const pipelined = await floor(true, each)
    rates.floor.push(each / bare.seconds)
    rates.product.push(each / product.seconds)
    rates.pipelined.push(each / pipelined.seconds)
    for (const one of product.latencies) latencies.push(one)
    for (const one of bare.latencies) floorLatencies.push(one)
    bench.say(
      `round ${round}: floor ${perSecond(each / bare.seconds)}, product ${perSecond(each / product.seconds)}, ` +
        `floor pipelined ${perSecond(each / pipelined.seconds)}`,
    )
  }
  const ratio = median(rates.product) / median(rates.floor)
  const p99 = percentile(latencies, 0.99)
  return [
    {
      figure: 'file a case over HTTP, 8 connections',
      bar: '≥ 0.5 × the bare SQL floor',
      measured: `${perSecond(median(rates.product))}; floor ${perSecond(median(rates.floor))}, p99 ${Math.round(percentile(floorLatencies, 0.99))} ms`,
      ratio,
      reached: ratio >= 0.5,
    },
    { figure: 'the same, latency', bar: 'p99 ≤ 60 ms', measured: spread(latencies), reached: p99 <= 60 },
    {
      figure: 'the same, against bare SQL sent in one go',
      measured: `floor ${perSecond(median(rates.pipelined))}`,
      ratio: median(rates.product) / median(rates.pipelined),
    },
  ]
}

// The page to check is opened first, as by a browser: it holds the digest of what was seen.
export async function sendingOf(address: string, { id, secret }: DraftTicket): Promise<Sent> {
  const cookie = `draft=${id}.${secret}`
  const page = await fetch(`${address}/raise/check`, { headers: { cookie, 'accept-language': 'en' } })
  const seen = /name="seen" value="([\w-]+)"/.exec(await page.text())?.[1]
  if (!seen) throw new Error(`the page to check answered ${page.status} and cannot be sent from`)
  return {
    method: 'POST',
    path: '/raise/send',
    headers: {
      cookie,
      'accept-language': 'en',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      // Residents have an address each; the limit for one address is not what is measured here.
      'x-forwarded-for': addressOf(id),
    },
    body: new URLSearchParams({ seen }).toString(),
  }
}

const addressOf = (id: string): string =>
  `10.${[...Buffer.from(id.replaceAll('-', ''), 'hex').subarray(-3)].join('.')}`

async function readFilings({ owner }: Town, tickets: readonly DraftTicket[]): Promise<FiledRows[]> {
  const filings = await Promise.all(tickets.slice(0, 50).map(({ id }) => readFiledRows(owner, id)))
  // A notice that was sent left no job behind, so every floor filing gets the one that each had.
  return filings.map(filing => ({
    ...filing,
    jobs: [
      {
        task: 'send-notice',
        payload: JSON.stringify({ tenant: 1, caseId: filing.caseId, seq: 1, template: 'acknowledged' }),
      },
    ],
  }))
}

/** Waits until the notices of the filings are sent, so that they do not weigh on the next round. */
export async function drained({ owner }: Town): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ waiting: boolean }>(
      'select exists (select from graphile_worker._private_jobs where run_at <= now()) as waiting',
    )
    if (!rows[0]?.waiting) return
    await sleep(100)
  }
}
