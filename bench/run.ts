import { parseArgs } from 'node:util'
import { casePage } from './case-page.ts'
import { fileACase } from './file-a-case.ts'
import { queue } from './queue.ts'
import { withBench } from './support/bench.ts'
import type { Figure, Line } from './support/figure.ts'
import { printReport, type Report } from './support/report.ts'
import { wordSearch } from './word-search.ts'

// `npm run bench`: the figures of the README, each with its bar. Bars are shown, not asserted: a slow machine is no
// broken program, so the exit status is 0 unless the benchmark itself fails.

const figures: readonly Figure[] = [fileACase, casePage, queue, wordSearch]

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
})
const wanted = values.only?.flatMap(names => names.split(','))
const unknown = wanted?.filter(name => !figures.some(figure => figure.name === name)) ?? []
if (unknown.length > 0) {
  console.error(
    `No such figure: ${unknown.join(', ')}. There are: ${figures.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}

const report: Report = await withBench({ quick: values.quick }, async bench => {
  const lines: Line[] = []
  for (const figure of figures) {
    if (wanted && !wanted.includes(figure.name)) continue
    console.error(figure.name)
    lines.push(...(await figure.measure(bench)))
  }
  return { quick: values.quick, lines }
})
printReport(report, values.json ? 'json' : values.markdown ? 'markdown' : 'table')
process.exit(0)
