import { addToken } from '../src/access/actions.ts'
import type { Bench } from './support/bench.ts'
import type { Figure, Line } from './support/figure.ts'
import { runLoad } from './support/load.ts'
import { fileModelCase } from './support/model-cases.ts'
import { median, perSecond, spread } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import { randomNumbers } from './support/texts.ts'
import type { Town } from './support/town.ts'

/** REST: the first page of a list of cases, and one case with its history, with few cases and with many. */
export const rest: Figure = async bench => {
  const lines: Line[] = []
  for (const cases of [bench.small, bench.large]) {
    const town = await bench.bigTown(cases)
    const paths = await pathsOf(bench, town)
    const { token } = await addToken(town.office, 'set-up', {
      name: 'The benchmark',
      scopes: ['cases:read'],
      staffId: town.staff.supervisor.id,
      limitPerMinute: 100_000,
    })
    const server = await startServerProcess(town.env)
    try {
      const size = `${cases.toLocaleString('en')} cases`
      for (const [what, asked] of paths) {
        const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
        const requests = asked.map(path => ({ path: `/api/v1${path}`, headers }))
        const load = { address: server.address, connections: 2, requests }
        lines.push({ figure: `REST, ${what}, ${size}`, measured: await measure(bench, load) })
      }
    } finally {
      await server.stop()
    }
  }
  return lines
}

/** What is asked for; the cases of a big town have no events, so that those with a history are filed. */
async function pathsOf(bench: Bench, town: Town): Promise<[string, string[]][]> {
  const random = randomNumbers(9457)
  const cases: string[] = []
  for (let made = 0; made < (bench.quick ? 10 : 50); made++)
    cases.push(`/cases/${(await fileModelCase(town, 'awaiting-resident', random)).number}`)
  return [
    ['25 cases of a list', ['/cases?list=all', '/cases?list=units', '/cases?list=overdue']],
    ['100 cases of a list', ['/cases?list=all&limit=100', '/cases?list=units&limit=100']],
    ['one case', cases],
  ]
}

async function measure(bench: Bench, load: Omit<Parameters<typeof runLoad>[0], 'total'>): Promise<string> {
  await runLoad({ ...load, total: bench.quick ? 60 : 300 }, 200)
  const rates: number[] = []
  const latencies: number[] = []
  for (let round = 0; round < (bench.quick ? 2 : 3); round++) {
    const total = bench.quick ? 120 : 600
    const result = await runLoad({ ...load, total }, 200)
    rates.push(total / result.seconds)
    latencies.push(...result.latencies)
  }
  return `${perSecond(median(rates))}, ${spread(latencies)}`
}
