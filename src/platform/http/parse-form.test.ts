import { expect, test } from 'vitest'
import { z } from 'zod'
import { BadInput, type Fault } from '../errors.ts'
import { choice, typed } from './form-fields.ts'
import { parseForm } from './parse-form.ts'

const schema = z
  .object({
    name: typed(z.string().trim().min(1, 'name.missing')),
    'date-day': typed(),
    kind: choice(['a', 'b'], 'kind.missing'),
    note: typed(z.string().max(3, 'note.long')),
  })
  .superRefine((form, context) => {
    if (form['date-day'] === '')
      context.addIssue({ code: 'custom', path: ['date'], message: 'date.missing', params: { example: 5 } })
  })
  .transform(form => ({ ...form, read: true }))

function faultsOf(body: unknown): readonly Fault[] {
  try {
    parseForm(schema, body)
    return []
  } catch (error) {
    if (error instanceof BadInput) return error.faults
    throw error
  }
}

test('every fault is named at once, in the order of the page, also for fields that were not sent', () => {
  const faults: Fault[] = [
    { field: 'name', text: 'name.missing' },
    { field: 'date', text: 'date.missing', values: { example: 5 } },
    { field: 'kind', text: 'kind.missing' },
  ]
  expect(faultsOf({})).toEqual(faults)
  expect(faultsOf(undefined)).toEqual(faults)
  expect(faultsOf({ name: ' ', kind: 'c', note: 'long' })).toEqual([
    ...faults,
    { field: 'note', text: 'note.long' },
  ])
})

test('a form without faults is read', () => {
  expect(parseForm(schema, { name: ' Ana ', 'date-day': '4', kind: 'b' })).toEqual({
    name: 'Ana',
    'date-day': '4',
    kind: 'b',
    note: '',
    read: true,
  })
})
