import type { Bench } from './support/bench.ts'
import { signIn } from './support/browser.ts'
import type { Figure, Line } from './support/figure.ts'
import { runLoad } from './support/load.ts'
import { percentile, spread } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import type { Person } from './support/town.ts'

/** Words as staff type them: in half of the cases, in some thousands, in a few, in none. */
const questions: Record<string, string[]> = {
  frequent: ['street', 'school children', '孩子上学', '路灯'],
  usual: ['broken lift pharmacy', 'Willow Street flood', '电梯 修车铺', '柳溪路', '井盖 塌陷'],
  rare: ['Wilstead', 'plate 4127', '琊瑜堂', '丰利图书馆'],
  none: ['hippopotamus', '独角兽'],
}

/** Searching for words from the lists of staff, Chinese and English. */
export const wordSearch: Figure = async bench => {
  const town = await bench.bigTown(bench.large)
  const server = await startServerProcess(town.env)
  try {
    const people: Person[] = ['supervisor', 'auditor', 'officer']
    const cookies = await Promise.all(people.map(person => signIn(server.address, town.staff[person].email)))
    return await search(bench, server.address, cookies)
  } finally {
    await server.stop()
  }
}

async function search(bench: Bench, address: string, cookies: readonly string[]): Promise<Line[]> {
  const all: number[] = []
  const lines: Line[] = []
  for (const [name, words] of Object.entries(questions)) {
    const requests = words.flatMap(word =>
      cookies.flatMap(cookie =>
        ['', '&status=finished'].map(more => ({
          path: `/cases?tab=all&q=${encodeURIComponent(word)}${more}`,
          headers: { cookie, 'accept-language': 'en' },
        })),
      ),
    )
    await runLoad({ address, connections: 2, requests, total: 100 }, 200)
    const total = bench.quick ? 200 : 1_200
    const { latencies } = await runLoad({ address, connections: 2, requests, total }, 200)
    for (const one of latencies) all.push(one)
    lines.push({ figure: `word search, ${name} words (${words.join('; ')})`, measured: spread(latencies) })
  }
  const p99 = percentile(all, 0.99)
  return [
    {
      figure: `word search, Chinese and English, ${bench.large.toLocaleString('en')} cases`,
      bar: 'p99 ≤ 60 ms',
      measured: spread(all),
      reached: p99 <= 60,
    },
    ...lines,
  ]
}
