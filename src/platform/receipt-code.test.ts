import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseReceiptCode, receiptCode, receiptDigest, receiptMatches } from './receipt-code.ts'

const secret = Buffer.alloc(32, 7)
const key = Buffer.alloc(32, 9)

describe('receipt codes', () => {
  test('are sixteen digits in four groups, the same each time for one case and different for another', () => {
    const code = receiptCode(secret, 'a')
    expect(code).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/)
    expect(receiptCode(secret, 'a')).toBe(code)
    expect(receiptCode(secret, 'b')).not.toBe(code)
    expect(receiptCode(randomBytes(32), 'a')).not.toBe(code)
  })

  test('every digit is as likely as any other in every place', () => {
    const counts = Array.from({ length: 16 }, () => new Array<number>(10).fill(0))
    const draws = 5000
    for (let i = 0; i < draws; i++) {
      const digits = normaliseReceiptCode(receiptCode(secret, String(i))) ?? ''
      for (const [place, digit] of [...digits].entries()) {
        const row = counts[place]
        if (row) row[Number(digit)] = (row[Number(digit)] ?? 0) + 1
      }
    }
    for (const row of counts) {
      const chiSquared = row.reduce((sum, n) => sum + (n - draws / 10) ** 2 / (draws / 10), 0)
      expect(chiSquared).toBeLessThan(40) // 9 degrees of freedom: beyond 40 one in 100,000
    }
  })

  test('a code is accepted however its groups are typed', () => {
    const code = receiptCode(secret, 'a')
    const digest = receiptDigest(key, code)
    const fullWidth = code.replace(/\d/g, c => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
    for (const typed of [code, code.replaceAll(' ', ''), code.replaceAll(' ', '-'), ` ${fullWidth}\n`])
      expect(receiptMatches(key, typed, digest)).toBe(true)
  })

  test('a code with any digit changed is refused', () => {
    const digits = normaliseReceiptCode(receiptCode(secret, 'a')) ?? ''
    const digest = receiptDigest(key, digits)
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 1, max: 9 }), (at, shift) => {
        const wrong = digits.slice(0, at) + ((Number(digits[at]) + shift) % 10) + digits.slice(at + 1)
        expect(receiptMatches(key, wrong, digest)).toBe(false)
      }),
    )
  })

  test('nothing matches a case that does not exist, and too few or too many digits match nothing', () => {
    const code = receiptCode(secret, 'a')
    expect(receiptMatches(key, code, undefined)).toBe(false)
    for (const typed of ['', '1234', `${code} 1`]) {
      expect(normaliseReceiptCode(typed)).toBeUndefined()
      expect(receiptMatches(key, typed, receiptDigest(key, ''))).toBe(false)
    }
  })
})
