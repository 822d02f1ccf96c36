import { expect, test } from 'vitest'
import { subjectOf } from './texts.ts'

test.each([
  ['The lamp is out. Since Monday.', 'The lamp is out.'],
  ['The bill was 12.50 yuan too high. Twice.', 'The bill was 12.50 yuan too high.'],
  ['See www.example.org for pictures! It is bad.', 'See www.example.org for pictures!'],
  ['路灯不亮。已经三天了。', '路灯不亮。'],
  ['One line\nanother', 'One line'],
  [`${'long '.repeat(30)}`, `${'long '.repeat(15)}long…`],
])('%s is called %s', (what, subject) => {
  expect(subjectOf({ what, wanted: '', place: { address: '' } })).toBe(subject)
})
