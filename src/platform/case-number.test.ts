import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDigit, formatCaseNumber, parseCaseNumber } from './case-number.ts'

const numbers = fc.record({
  year: fc.integer({ min: 1000, max: 9999 }),
  sequence: fc.integer({ min: 1, max: 999_999_999 }),
})

describe('case numbers', () => {
  test('look like 2026-000123-7, six digits wide, and grow when a year has more cases', () => {
    expect(formatCaseNumber({ year: 2026, sequence: 123 })).toMatch(/^2026-000123-\d$/)
    expect(formatCaseNumber({ year: 2026, sequence: 1_000_000 })).toMatch(/^2026-1000000-\d$/)
    expect(checkDigit('572')).toBe(4) // the worked example in Damm's thesis
  })

  test('a printed number is read back as the same case', () => {
    fc.assert(
      fc.property(numbers, number => {
        expect(parseCaseNumber(formatCaseNumber(number))).toEqual(number)
      }),
    )
  })

  test('one wrong digit is always noticed', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
        const digits = formatCaseNumber(number).replaceAll('-', '')
        const at = place % digits.length
        const wrong = (Number(digits[at]) + shift) % 10
        expect(parseCaseNumber(digits.slice(0, at) + wrong + digits.slice(at + 1))).toBeUndefined()
      }),
    )
  })

  test('two neighbouring digits swapped are always noticed', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (number, place) => {
        const digits = formatCaseNumber(number).replaceAll('-', '')
        const at = place % (digits.length - 1)
        const [a = '', b = ''] = [digits[at], digits[at + 1]]
        fc.pre(a !== b)
        expect(parseCaseNumber(digits.slice(0, at) + b + a + digits.slice(at + 2))).toBeUndefined()
      }),
    )
  })

  test('the table behind the check digit is totally anti-symmetric', () => {
    const next = (c: number, digit: number) => {
      // The interim digit after a prefix is that prefix's check digit, so any state is reached by one digit.
      const prefix = [...'0123456789'].find(p => checkDigit(p) === c) ?? ''
      return checkDigit(prefix + digit)
    }
    for (let c = 0; c < 10; c++)
      for (let x = 0; x < 10; x++)
        for (let y = 0; y < 10; y++) if (x !== y) expect(next(next(c, x), y)).not.toBe(next(next(c, y), x))
  })

  test.each([
    ['without hyphens', (n: string) => n.replaceAll('-', '')],
    ['with spaces', (n: string) => ` ${n.replaceAll('-', ' ')} `],
    [
      'in full-width digits and hyphens',
      (n: string) => n.replace(/[0-9-]/g, c => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
    ['with dashes of another kind', (n: string) => n.replaceAll('-', '–')],
    ['with a label', (n: string) => `no. ${n}`],
    ['with a Chinese label', (n: string) => `编号：${n}`],
    ['without the leading zeros', (n: string) => n.replace('-000', '-')],
    ['in groups of someone’s own', (n: string) => n.replaceAll('-', '').replace(/(...)/g, '$1 ')],
  ])('a number typed %s is understood', (_how, retype) => {
    expect(parseCaseNumber(retype(formatCaseNumber({ year: 2026, sequence: 123 })))).toEqual({
      year: 2026,
      sequence: 123,
    })
  })

  test.each(['', '2026', 'abc', '2026-000123', '2026-000000-0', '12345678901234567890'])(
    '%j is not a case number',
    typed => {
      expect(parseCaseNumber(typed)).toBeUndefined()
    },
  )

  test('nothing a person types makes reading a number fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), typed => {
        const found = parseCaseNumber(typed)
        if (found) expect(parseCaseNumber(formatCaseNumber(found))).toEqual(found)
      }),
    )
  })
})
