import { signIn } from './support/browser.ts'
import { prepareDrafts } from './support/drafts.ts'
import type { Figure } from './support/figure.ts'
import type { Sent } from './support/load.ts'
import { runLoad } from './support/load.ts'
import { fileModelCase } from './support/model-cases.ts'
import { bytes, perSecond } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'
import { randomNumbers } from './support/texts.ts'

/** The server's memory after many requests of all kinds. */
export const memory: Figure = async bench => {
  const town = await bench.town('memory')
  const random = randomNumbers(9)
  const numbers: string[] = []
  for (let made = 0; made < 40; made++) numbers.push((await fileModelCase(town, 'answered', random)).number)
  const [ticket] = await prepareDrafts(town.office, 1, random)
  const server = await startServerProcess(town.env)
  try {
    const language = { 'accept-language': 'en' }
    const staff = { ...language, cookie: await signIn(server.address, town.staff.supervisor.email) }
    const resident = { ...language, cookie: `draft=${ticket?.id}.${ticket?.secret}` }
    const get = (path: string, headers: Record<string, string>): Sent => ({ path, headers })
    const requests = [
      get('/', { 'accept-language': 'zh-CN' }),
      get('/raise/kind', language),
      get('/raise/category', resident),
      get('/raise/check', resident),
      get('/cases?tab=all', staff),
      get('/cases?tab=units&q=street', staff),
      ...numbers.map(number => get(`/cases/${number}`, staff)),
      {
        method: 'POST',
        path: '/raise/what',
        headers: {
          ...resident,
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
        },
        body: new URLSearchParams({
          what: 'The street light is broken. '.repeat(20),
          wanted: 'Mend it.',
          _language: 'en',
        }).toString(),
      },
    ]
    const before = server.memory()
    const total = bench.quick ? 5_000 : 100_000
    const result = await runLoad({ address: server.address, connections: 8, requests, total }, 200, 303)
    const after = server.memory()
    return [
      {
        figure: `memory of the server after ${total.toLocaleString('en')} requests of ${requests.length} kinds`,
        bar: '≤ 250 MB',
        measured: `${bytes(after)}; before ${bytes(before)}; ${perSecond(total / result.seconds)}`,
        reached: after <= 250e6,
      },
    ]
  } finally {
    await server.stop()
  }
}
