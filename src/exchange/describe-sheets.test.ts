import { expect, test } from 'vitest'
import { translator } from '../platform/i18n/translator.ts'
import { describeSheets } from './describe-sheets.ts'

test('a workbook with other sheets says which was read and which were not; one of a single sheet says nothing', () => {
  const say = (read: string[], left: string[], lang: 'en' | 'zh-CN' = 'en') =>
    describeSheets({ read, left }, translator(lang))
  expect(say(['a'], [])).toBeUndefined()
  expect(describeSheets(undefined, translator('en'))).toBeUndefined()
  expect(say(['a'], ['b', 'c'])).toBe(
    'Of the workbook the sheet “a” is read. Not read, because the first row is another: “b” and “c”. To bring one of those in, save it as a file of its own.',
  )
  const many = Array.from({ length: 25 }, (_, n) => `s${n}`)
  expect(say(['a', 'b'], many)).toContain('“s19”, and 5 more.')
  expect(say(['甲'], ['乙'], 'zh-CN')).toContain('没有读取：“乙”')
})
