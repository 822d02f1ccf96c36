import { parseArgs } from 'node:util'
import { withBench } from './support/bench.ts'
import type { Figure, Line } from './support/figure.ts'
import { printReport, type Report } from './support/report.ts'

// `npm run bench`: the figures of the README, each with its bar. Bars are shown, not asserted: a slow machine is no
// broken program, so the exit status is 0 unless the benchmark itself fails.

const figures: Record<string, () => Promise<Figure>> = {
  'file-a-case': async () => (await import('./file-a-case.ts')).fileACase,
  'case-page': async () => (await import('./case-page.ts')).casePage,
  queue: async () => (await import('./queue.ts')).queue,
  'word-search': async () => (await import('./word-search.ts')).wordSearch,
  open311: async () => (await import('./open311.ts')).open311,
  rest: async () => (await import('./rest.ts')).rest,
  webhooks: async () => (await import('./webhooks.ts')).webhooks,
  deadlines: async () => (await import('./deadlines.ts')).deadlines,
  'filing-page': async () => (await import('./filing-page.ts')).filingPage,
  memory: async () => (await import('./memory.ts')).memory,
  import: async () => (await import('./import.ts')).imports,
  start: async () => (await import('./start.ts')).start,
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
})
const names = values.only?.flatMap(list => list.split(',')) ?? Object.keys(figures)
const unknown = names.filter(name => !figures[name])
if (unknown.length > 0) {
  console.error(`No such figure: ${unknown.join(', ')}. There are: ${Object.keys(figures).join(', ')}`)
  process.exit(2)
}

const report: Report = await withBench({ quick: values.quick }, async bench => {
  const lines: Line[] = []
  for (const name of names) {
    const figure = await figures[name]?.()
    console.error(name)
    lines.push(...((await figure?.(bench)) ?? []))
  }
  return { quick: values.quick, lines }
})
printReport(report, values.json ? 'json' : values.markdown ? 'markdown' : 'table')
process.exit(0)
