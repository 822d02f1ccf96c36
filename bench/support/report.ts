import { cpus, totalmem } from 'node:os'
import type { Line } from './figure.ts'

/** What a run measured. */
export type Report = { quick: boolean; lines: readonly Line[] }

/** Prints a report for people, for programs, or for the README. */
export function printReport(report: Report, as: 'table' | 'json' | 'markdown'): void {
  if (as === 'json') console.log(JSON.stringify({ machine: machine(), ...report }, null, 2))
  else console.log(as === 'markdown' ? toMarkdown(report) : toTable(report))
}

const heads = ['figure', 'bar', 'measured', 'ratio', 'bar reached']

function cellsOf({ figure, bar, measured, ratio, reached }: Line): string[] {
  const verdict = reached === undefined ? '' : reached ? 'yes' : 'no'
  return [figure, bar ?? '', measured, ratio === undefined ? '' : `${ratio.toFixed(2)} ×`, verdict]
}

function toMarkdown(report: Report): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = [row(heads), row(heads.map(() => '---')), ...report.lines.map(line => row(cellsOf(line)))]
  return `${lines.join('\n')}\n\n${caption(report)}`
}

function toTable(report: Report): string {
  const rows = [heads, ...report.lines.map(cellsOf)]
  const widths = heads.map((_, column) => Math.max(...rows.map(row => [...(row[column] ?? '')].length)))
  const lines = rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `\n${lines.join('\n')}\n\n${caption(report)}`
}

function caption({ quick }: Report): string {
  const sizes = quick ? ' Small sizes (--quick): for trying the benchmark, not for reading.' : ''
  return `Measured on ${machine()}, everything on that one machine.${sizes}`
}

function machine(): string {
  const processors = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${memory} GB, Node.js ${process.versions.node}`
}
