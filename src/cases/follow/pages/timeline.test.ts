import { expect, test } from 'vitest'
import { caseEventTypes } from '../../rules/evolve.ts'
import { tellers, untold } from './timeline.ts'

test('every kind of event is told to the resident, but for those that must not be', () => {
  const told = new Set([...Object.keys(tellers), ...untold])
  expect(caseEventTypes.filter(type => !told.has(type))).toEqual([])
  expect(Object.keys(tellers).filter(type => (untold as readonly string[]).includes(type))).toEqual([])
})
