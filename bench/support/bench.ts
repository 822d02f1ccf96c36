import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Embedded, startEmbedded } from '../../src/platform/database/embedded.ts'
import { createLog } from '../../src/platform/log.ts'
import { type BigTown, fillBigTown } from './big-town.ts'
import { foundTown, type Town } from './town.ts'

/** One run of the benchmark: its PostgreSQL, its folder, and the towns that figures measure in. */
export type Bench = {
  /** Smaller sizes, to try the harness. */
  readonly quick: boolean
  readonly postgres: Embedded
  /** Folder of this run, removed at its end. */
  readonly directory: string
  /** Tells who waits what is going on. */
  say(line: string): void
  /** A town of 40 units in a database of its own; the same one for the same name. */
  town(name: string): Promise<Town>
  /** A town with so many cases; the same one for the same number. */
  bigTown(cases: number): Promise<BigTown>
  /** The size of the large town: a million cases, or fewer where the run is quick. */
  readonly large: number
  /** The size of the small town. */
  readonly small: number
}

/** Starts an embedded PostgreSQL as the product runs it, with fsync, and gives it to `work`. */
export async function withBench<R>(
  { quick }: { quick: boolean },
  work: (bench: Bench) => Promise<R>,
): Promise<R> {
  const opened = new AsyncDisposableStack()
  // Interrupted, it leaves neither PostgreSQL running nor some gigabytes behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void opened.disposeAsync().finally(() => process.exit(130)))
  try {
    const directory = mkdtempSync(join(tmpdir(), 'answerable-bench-'))
    opened.defer(() => rmSync(directory, { recursive: true, force: true }))
    const postgres = await startEmbedded({ directory: join(directory, 'postgres'), log: createLog('error') })
    opened.defer(() => postgres.stop())
    const say = (line: string) => console.error(`  ${line}`)
    const towns = new Map<string, Promise<Town>>()
    const bigTowns = new Map<number, Promise<BigTown>>()
    const bench: Bench = {
      quick,
      postgres,
      directory,
      say,
      large: quick ? 50_000 : 1_000_000,
      small: quick ? 2_000 : 10_000,
      town(name) {
        const town = towns.get(name) ?? makeTown(bench, name, opened)
        towns.set(name, town)
        return town
      },
      bigTown(cases) {
        const town =
          bigTowns.get(cases) ?? bench.town(`cases_${cases}`).then(one => fillBigTown(bench, one, cases))
        bigTowns.set(cases, town)
        return town
      },
    }
    return await work(bench)
  } finally {
    await opened.disposeAsync()
  }
}

async function makeTown(bench: Bench, name: string, opened: AsyncDisposableStack): Promise<Town> {
  const client = new pg.Client({ connectionString: bench.postgres.url('postgres') })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const town = await foundTown(bench.postgres.url(name), join(bench.directory, name))
  opened.defer(() => town.close())
  return town
}
