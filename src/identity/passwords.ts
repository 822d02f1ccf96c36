import { readFileSync } from 'node:fs'
import type { Fault } from '../platform/errors.ts'

/** Fewest characters of a new password (NIST SP 800-63B, 3.1.1.2, asks for no fewer than 8, and for 15 where it is all). */
export const shortestPassword = 12

/** Most characters, so that hashing one costs about as much as hashing another. */
export const longestPassword = 128

/**
 * What is wrong with a new password, or undefined. No rules of composition and no expiry, which make passwords worse;
 * length, and a refusal of what is guessed first: the commonest passwords, one of them with digits around it, rows
 * of keys, repetitions, and the words in `personal`, such as the name of the person and of the institution.
 * Source: NIST SP 800-63B revision 4, 3.1.1.2.
 */
export function passwordFault(
  field: string,
  password: string,
  personal: readonly string[] = [],
): Fault | undefined {
  const length = [...password.normalize('NFKC')].length
  if (length === 0) return { field, text: 'identity.password.missing' }
  if (length < shortestPassword)
    return { field, text: 'identity.password.short', values: { least: shortestPassword, length } }
  if (password.length > longestPassword)
    return { field, text: 'identity.password.long', values: { most: longestPassword } }
  if (isCommon(password, personal)) return { field, text: 'identity.password.common' }
  return undefined
}

function isCommon(password: string, personal: readonly string[]): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  const word = bare(text)
  if (common().has(text) || common().has(word)) return true
  if (isRepeated(text) || isRepeated(word)) return true
  if (isRow(text)) return true
  return personal.some(name => expected(name).some(one => word === one || isMostly(text, one)))
}

/** Without what people put around a word to get by a rule: "Password2026!" is "password". */
const bare = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

// Few letters over and over, such as "abcabcabcabc": fewer than five different characters are no secret.
function isRepeated(text: string): boolean {
  if (text === '') return true
  return new Set(text).size < 5 || /^(.{1,6})\1+.{0,3}$/u.test(text)
}

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '01234567890', 'abcdefghijklmnopqrstuvwxyz']

/** Whether it is put together from pieces of four or more that stand beside one another on a keyboard or in a row. */
function isRow(text: string): boolean {
  const pieces = rows.flatMap(row => [row, [...row].reverse().join('')])
  let rest = text
  while (rest.length >= 4) {
    const length = Math.max(...pieces.map(piece => sharedStart(rest, piece)))
    if (length < 4) return false
    rest = rest.slice(length)
  }
  return true
}

function sharedStart(text: string, row: string): number {
  const from = row.indexOf(text.charAt(0))
  if (from < 0) return 0
  let length = 1
  while (length < text.length && from + length < row.length && text[length] === row[from + length]) length++
  return length
}

function expected(name: string): string[] {
  const whole = name.normalize('NFKC').toLowerCase()
  const parts = [...whole.split(/[\s@.,_-]+/u), whole, whole.replace(/[\s._-]/gu, '')]
  return parts.map(bare).filter(part => [...part].length >= 3)
}

const isMostly = (text: string, word: string): boolean => text.includes(word) && text.length - word.length < 6

let list: ReadonlySet<string> | undefined

// Some 3,000 of the commonest passwords by leaked lists: the long ones, and the short ones that are words. From the
// common passwords of zxcvbn-ts (MIT).
function common(): ReadonlySet<string> {
  list ??= new Set(
    readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n'),
  )
  return list
}
