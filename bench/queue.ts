import type { Bench } from './support/bench.ts'
import { signIn } from './support/browser.ts'
import type { Figure, Line } from './support/figure.ts'
import { type LoadResult, runLoad, type Sent } from './support/load.ts'
import { median, percentile, spread } from './support/numbers.ts'
import { type ServerProcess, startServerProcess } from './support/server.ts'
import type { Person, Town } from './support/town.ts'

/** The lists each member of staff works from, first pages. */
const lists: Record<Person, string[]> = {
  officer: ['mine', 'units'],
  'unit-head': ['mine', 'units', 'overdue', 'unassigned'],
  supervisor: ['units', 'overdue', 'unassigned', 'all'],
  auditor: ['overdue', 'all'],
}

/** What people ask of a list besides. */
const narrowed = ['status=in-hand', 'category=street-light', 'due=7', 'sort=-filed', 'status=finished']

/** The first page of the staff queue, with many cases and with few, in turns. */
export const queue: Figure = async bench => {
  const towns = [await bench.bigTown(bench.small), await bench.bigTown(bench.large)]
  const servers: ServerProcess[] = []
  try {
    for (const town of towns) servers.push(await startServerProcess(town.env))
    return await compare(bench, towns, servers)
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

async function compare(bench: Bench, towns: Town[], servers: ServerProcess[]): Promise<Line[]> {
  const [small = [], large = []] = await measureInTurns(bench, towns, servers, plain)
  const [, filtered = []] = await measureInTurns(bench, towns, servers, filters)
  const ratio = percentile(large, 0.99) / percentile(small, 0.99)
  const size = (cases: number) => cases.toLocaleString('en')
  return [
    {
      figure: `staff queue, first page, ${size(bench.large)} cases`,
      bar: 'p99 ≤ 30 ms',
      measured: spread(large),
      reached: percentile(large, 0.99) <= 30,
    },
    {
      figure: `the same, against ${size(bench.small)} cases`,
      bar: 'p99 ≤ 1.5 ×',
      measured: spread(small),
      ratio,
      reached: ratio <= 1.5,
    },
    { figure: 'the same, with a filter or another order', measured: spread(filtered) },
  ]
}

const plain = (tab: string): string[] => [`/cases?tab=${tab}`]
const filters = (tab: string): string[] => narrowed.map(filter => `/cases?tab=${tab}&${filter}`)

/** Latencies for each town; two connections, one for each core. */
async function measureInTurns(
  bench: Bench,
  towns: readonly Town[],
  servers: readonly ServerProcess[],
  pathsOf: (tab: string) => string[],
): Promise<number[][]> {
  const loads = await Promise.all(
    towns.map(async ({ staff }, at) => {
      const address = servers[at]?.address ?? ''
      const requests: Sent[] = []
      for (const [person, tabs] of Object.entries(lists) as [Person, string[]][]) {
        const cookie = await signIn(address, staff[person].email)
        const headers = { cookie, 'accept-language': 'en' }
        for (const tab of tabs) for (const path of pathsOf(tab)) requests.push({ path, headers })
      }
      return (total: number): Promise<LoadResult> =>
        runLoad({ address, connections: 2, requests, total }, 200)
    }),
  )
  for (const load of loads) await load(300)
  const latencies: number[][] = towns.map(() => [])
  for (let round = 0; round < (bench.quick ? 2 : 5); round++) {
    for (const [at, load] of loads.entries()) {
      const result = await load(bench.quick ? 240 : 1_200)
      for (const one of result.latencies) latencies[at]?.push(one)
    }
  }
  bench.say(
    `${pathsOf('all').length} kinds of list: ${latencies.map(one => `p50 ${median(one).toFixed(1)} ms`).join(', ')}`,
  )
  return latencies
}
