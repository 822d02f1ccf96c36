import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** One request of a load. */
export type Sent = { method?: string; path: string; headers?: Record<string, string>; body?: string }

/** What to ask: the requests in turn, over so many keep-alive connections, `total` of them or for some seconds. */
export type Load = {
  address: string
  connections: number
  requests: readonly Sent[]
  total?: number
  seconds?: number
}

/** What came back; latencies in milliseconds. */
export type LoadResult = {
  seconds: number
  latencies: number[]
  statuses: Record<number, number>
  bytes: number
}

/**
 * Runs a load from a process of its own.
 * @throws if any answer has another status than the one expected: a fast error is no figure.
 */
export async function runLoad(load: Load, ...expected: number[]): Promise<LoadResult> {
  const result = await runApart<LoadResult>('./load-process.ts', load)
  const others = Object.keys(result.statuses).filter(one => !expected.includes(Number(one)))
  if (others.length > 0)
    throw new Error(`${load.requests[0]?.path}: expected ${expected}, got ${JSON.stringify(result.statuses)}`)
  return result
}

/** Runs a script of this folder in a process of its own, with one message in and one out. */
export async function runApart<R>(script: string, message: object): Promise<R> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    execArgv: [],
    serialization: 'advanced',
  })
  child.send(message)
  const [answer] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ error: `ended with ${code}` }]),
  ])) as [{ result?: R; error?: string }]
  if (answer.result === undefined) throw new Error(`${script}: ${answer.error}`)
  return answer.result
}
