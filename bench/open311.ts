import { addToken } from '../src/access/actions.ts'
import { drained } from './file-a-case.ts'
import type { Bench } from './support/bench.ts'
import type { Figure, Line } from './support/figure.ts'
import { runLoad, type Sent } from './support/load.ts'
import { median, perSecond, spread } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import { randomNumbers, write } from './support/texts.ts'
import type { Town } from './support/town.ts'

/** Filing over Open311, and its lists of requests and updates, with few cases and with many. */
export const open311: Figure = async bench => {
  const lines: Line[] = []
  for (const cases of [bench.small, bench.large]) {
    const town = await bench.bigTown(cases)
    const server = await startServerProcess(town.env)
    try {
      const size = `${cases.toLocaleString('en')} cases`
      const { token } = await addToken(town.office, 'set-up', {
        name: 'The benchmark',
        scopes: ['open311'],
        limitPerMinute: 100_000,
      })
      for (const [what, query] of lists(token)) {
        const path = `/open311/v2/${query}`
        const total = bench.quick ? 40 : 200
        const load = { address: server.address, connections: 2, requests: [{ path }] }
        await runLoad({ ...load, total: 10 }, 200)
        const result = await runLoad({ ...load, total }, 200)
        lines.push({ figure: `Open311, ${what}, ${size}`, measured: spread(result.latencies) })
      }
      lines.push(await file(bench, town, { address: server.address, token, size }))
    } finally {
      await server.stop()
    }
  }
  return lines
}

const lists = (token: string): [string, string][] => {
  const key = `api_key=${token}`
  const lately = new Date(Date.now() - 86_400_000).toISOString()
  return [
    ['1,000 requests in JSON', `requests.json?${key}`],
    ['1,000 requests in XML', `requests.xml?${key}`],
    ['20 requests', `requests.json?page_size=20&${key}`],
    ['20 requests of one service', `requests.json?service_code=lifts&page_size=20&${key}`],
    ['20 closed requests', `requests.json?status=closed&page_size=20&${key}`],
    ['requests changed in a day', `requests.json?updated_after=${lately}&page_size=20&${key}`],
    ['updates of a day', `servicerequestupdates.xml?start_date=${lately}&${key}`],
  ]
}

/** Filings by form, with a name and an e-mail address, from eight connections. */
async function file(
  bench: Bench,
  town: Town,
  { address, token, size }: { address: string; token: string; size: string },
): Promise<Line> {
  const random = randomNumbers(311)
  const sent = (): Sent => {
    const { category, what, address: place, name } = write(random)
    const form = {
      api_key: token,
      service_code: category,
      address_string: place,
      description: what,
      last_name: name,
      email: 'resident@example.org',
    }
    return {
      method: 'POST',
      path: '/open311/v2/requests.json',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    }
  }
  const rates: number[] = []
  const latencies: number[] = []
  for (let round = 0; round < (bench.quick ? 2 : 4); round++) {
    const requests = Array.from({ length: bench.quick ? 200 : 1_500 }, sent)
    const result = await runLoad({ address, connections: 8, requests, total: requests.length }, 200)
    await drained(town)
    if (round === 0) continue
    rates.push(requests.length / result.seconds)
    latencies.push(...result.latencies)
  }
  const measured = `${perSecond(median(rates))}, ${spread(latencies)}`
  return { figure: `file over Open311, 8 connections, ${size}`, measured }
}
