import { typedDigits } from './digits.ts'

/** The number of a case without its check digit: the year it was filed in and its place in that year. */
export type CaseNumber = { year: number; sequence: number }

/**
 * The totally anti-symmetric quasigroup of order ten from H. Michael Damm, "Total anti-symmetrische
 * Quasigruppen" (Marburg 2004, p. 111), with a zero diagonal. It catches every single wrong digit and every swap
 * of neighbours; ISO 7064 MOD 11-10, the other choice with a decimal check digit, lets some swaps pass.
 */
const quasigroup = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
].map(row => Array.from(row, Number))

/** The Damm check digit (0–9) of a string of ASCII digits; it is 0 for digits that end in their own check digit. */
export function checkDigit(digits: string): number {
  let interim = 0
  for (const digit of digits) interim = quasigroup[interim]?.[Number(digit)] ?? 0
  return interim
}

/** The number as it is printed, such as `2026-000123-7`; beyond 999,999 cases in a year the middle grows. */
export function formatCaseNumber({ year, sequence }: CaseNumber): string {
  const body = `${String(year).padStart(4, '0')}-${String(sequence).padStart(6, '0')}`
  return `${body}-${checkDigit(typedDigits(body))}`
}

/**
 * Reads a number as people type it (`2026-000123-7`, `20260001237`, `2026 123 7`, full-width digits, a label in
 * front); undefined when it is not a case number or the check digit does not fit.
 */
export function parseCaseNumber(typed: string): CaseNumber | undefined {
  const text = typed.normalize('NFKC')
  // A middle typed without its leading zeros can be read only while the separators still show the three parts.
  const parts = /^\D*(\d{4})\D+(\d{1,5})\D+(\d)\D*$/.exec(text)
  const digits = parts ? `${parts[1]}${parts[2]?.padStart(6, '0')}${parts[3]}` : typedDigits(text)
  if (digits.length < 11 || digits.length > 14 || checkDigit(digits) !== 0) return undefined
  const found = { year: Number(digits.slice(0, 4)), sequence: Number(digits.slice(4, -1)) }
  // One number has one spelling: a zero sequence or a padded long one was never given out.
  const written = typedDigits(formatCaseNumber(found))
  return found.sequence > 0 && written === digits ? found : undefined
}
