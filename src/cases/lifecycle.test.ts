import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lifecycle, statuses } from './lifecycle.ts'

const document = new URL('../../docs/lifecycle.md', import.meta.url)

// Mermaid takes a hyphen in a name for the start of an arrow.
const name = (status: string) => status.replaceAll('-', '_')

/** The transition table as a Mermaid diagram; commands that change no status are listed below it. */
function describeLifecycle(): string {
  const moves: string[] = []
  const staying: string[] = []
  for (const [command, { from, to }] of Object.entries(lifecycle)) {
    if (to === 'same') {
      staying.push(`- \`${command}\`: ${from.length === statuses.length ? 'any state' : from.join(', ')}`)
      continue
    }
    for (const start of from)
      for (const end of [to].flat()) moves.push(`    ${name(start)} --> ${name(end)}: ${command}`)
  }
  return [
    '# The life of a case',
    '',
    'Made from the transition table in `src/cases/lifecycle.ts`; a test keeps the two alike.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '    [*] --> filed: file',
    ...moves,
    '    withdrawn --> [*]',
    '```',
    '',
    'Commands that leave the state as it is:',
    '',
    ...staying,
    '',
  ].join('\n')
}

test('the diagram in the documents is the transition table', () => {
  if (process.env['UPDATE_DOCUMENTS']) writeFileSync(document, describeLifecycle())
  expect(readFileSync(document, 'utf8')).toBe(describeLifecycle())
})

test('every state can be left, but the withdrawn one', () => {
  const left = new Set(Object.values(lifecycle).flatMap(({ from, to }) => (to === 'same' ? [] : [...from])))
  expect(statuses.filter(status => !left.has(status))).toEqual(['withdrawn'])
})
