import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { writeCsv } from '../src/exchange/sheets/write-csv.ts'
import { writeXlsx } from '../src/exchange/sheets/write-xlsx.ts'
import type { Figure, Line } from './support/figure.ts'
import { bytes, perSecond } from './support/numbers.ts'
import { randomNumbers, write } from './support/texts.ts'
import type { Town } from './support/town.ts'

const program = join(import.meta.dirname, '../src/cli/answerable.js')
const columns = [
  'Number',
  'Day raised',
  'Day closed',
  'Status',
  'Category',
  'What happened',
  'Place',
  'Answer',
]

/** Bringing in cases on the command line, and looking through a file of a million rows, with the memory of the process. */
export const imports: Figure = async bench => {
  const town = await bench.town('import')
  const count = bench.quick ? 2_000 : 100_000
  const many = bench.quick ? 20_000 : 1_000_000
  const file = (name: string) => join(bench.directory, name)
  await pipeline(writeCsv(sheetOf(count)), createWriteStream(file('cases.csv')))
  await pipeline(writeCsv(sheetOf(many, 'C')), createWriteStream(file('many.csv')))
  await pipeline(writeXlsx(sheetOf(many, 'C')), createWriteStream(file('many.xlsx')))
  const lines: Line[] = []
  for (const [name, rows, options] of [
    ['cases.csv', count, []],
    ['many.csv', many, ['--dry-run']],
    ['many.xlsx', many, ['--dry-run']],
  ] as const) {
    bench.say(`${name}: ${rows.toLocaleString('en')} rows`)
    const { seconds, peak } = await bring(town, file(name), options, rows)
    const what = options.length > 0 ? 'dry run' : 'import'
    lines.push({
      figure: `${what} of ${rows.toLocaleString('en')} cases from ${name.endsWith('csv') ? 'CSV' : 'XLSX'}`,
      measured: `${perSecond(rows / seconds)}; at most ${peak === undefined ? 'unknown' : bytes(peak)} resident`,
    })
  }
  return lines
}

function sheetOf(rows: number, prefix = 'B') {
  const random = randomNumbers(11)
  const day = Temporal.PlainDateTime.from('2025-01-06T09:00')
  return {
    title: 'cases',
    columns,
    rows: (async function* () {
      for (let n = 0; n < rows; n++) {
        const { what, address, category } = write(random)
        const raised = day.add({ minutes: n % 400_000 })
        const closed = n % 10 > 0
        const end = closed ? raised.add({ days: Math.floor(random() * 60) }) : undefined
        yield [
          `${prefix}-${n}`,
          raised,
          end,
          closed ? 'Closed' : 'In progress',
          category,
          what,
          address,
          closed ? 'It was mended.' : '',
        ]
      }
    })(),
  }
}

async function bring(
  { env }: Town,
  path: string,
  options: readonly string[],
  rows: number,
): Promise<{ seconds: number; peak: number | undefined }> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=8', program, 'import', 'cases', path, ...options, '--json'],
    {
      env: { ...process.env, LOG_LEVEL: 'error', LANG: 'C', ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  let peak: number | undefined
  const looking = setInterval(() => {
    peak = highestResident(child.pid) ?? peak
  }, 200)
  try {
    const [said] = await Promise.all([text(child.stdout), once(child, 'exit')])
    const report: { rows: number; imported: number; refused: number; seconds: number } = JSON.parse(said)
    if (report.imported !== rows)
      throw new Error(`of ${rows} rows ${report.imported} were taken: ${JSON.stringify(report)}`)
    return { seconds: report.seconds, peak }
  } finally {
    clearInterval(looking)
  }
}

// The highest that the system has seen; on Linux alone.
function highestResident(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
