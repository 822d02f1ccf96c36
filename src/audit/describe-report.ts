import type { TextKey } from '../platform/i18n/text-key.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Problem } from './findings.ts'
import type { Report } from './verify.ts'

const SHOWN = 20

/** A report as lines for a person. */
export function describeReport(report: Report, t: T): string[] {
  const { tenant, problemCount, problems, firstBadEvent, signers } = report
  const shown = problems.slice(0, SHOWN)
  const lines = [
    report.ok ? t('audit.verify.whole', { tenant }) : t('audit.verify.broken', { tenant, n: problemCount }),
  ]
  if (firstBadEvent) lines.push(t('audit.verify.first', { problem: describeProblem(firstBadEvent, t) }))
  for (const problem of shown) {
    if (problem !== firstBadEvent || problemCount > 1) lines.push(`  ${describeProblem(problem, t)}`)
  }
  if (problemCount > shown.length)
    lines.push(`  ${t('audit.verify.more', { n: problemCount - shown.length })}`)
  const { events, streams, checkpoints, at } = report
  lines.push(t('audit.verify.counts', { events, streams, checkpoints, at }))
  lines.push(t('audit.verify.uncovered', { n: report.uncovered }))
  lines.push(
    signers.length > 0
      ? t('audit.verify.signers', { keys: signers.join(', ') })
      : t('audit.verify.no-signers'),
  )
  return [...lines, ...describePublished(report, t)]
}

function describeProblem(problem: Problem, t: T): string {
  const { code, checkpoint = '', key = '' } = problem
  return `${describePlace(problem, t)}: ${t(`audit.problem.${code}`, { checkpoint, key })}`
}

function describePublished({ published, problems }: Report, t: T): string[] {
  if (!published) return [t('audit.verify.not-published')]
  const { path, lines, missing } = published
  const differs = problems.some(({ code }) => code === 'published-differs' || code === 'published-only')
  const told: string[] = []
  if (!differs) told.push(t('audit.verify.published', { lines, path }))
  if (missing > 0) told.push(t('audit.verify.published-behind', { missing }))
  return told
}

function describePlace({ stream, number, seq, checkpoint }: Problem, t: T): string {
  const values = { stream: stream ?? '', number: number ?? '', seq: seq ?? '', checkpoint: checkpoint ?? '' }
  let place: TextKey = 'audit.place.record'
  if (stream !== undefined) {
    if (number) place = seq === undefined ? 'audit.place.case' : 'audit.place.case-event'
    else place = seq === undefined ? 'audit.place.stream' : 'audit.place.stream-event'
  } else if (checkpoint !== undefined) place = 'audit.place.checkpoint'
  return t(place, values)
}
