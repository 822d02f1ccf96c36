import { randomInt } from 'node:crypto'

/** Letters and digits that are not taken for one another when copied from paper. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Ten codes to sign in with when the phone is lost, each good once; 12 characters of 31 are 59 bits. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => group(Array.from({ length: 12 }, randomCharacter).join('')))
}

/** A recovery code as it is kept, from one as it was typed: spaces, hyphens and capitals do not matter. */
export function readRecoveryCode(typed: string): string {
  return group(typed.toLowerCase().replace(/[\s-]/g, ''))
}

const randomCharacter = () => alphabet[randomInt(alphabet.length)] ?? ''

const group = (code: string) => code.replace(/(.{4})(?=.)/g, '$1-')
