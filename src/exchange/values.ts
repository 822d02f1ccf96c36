import { withoutApostrophe } from './sheets/cell.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g

/** A value of a file as it is used: mended as the mapping says, without signs that nobody can see; empty for what means nothing. */
export function plainValue(
  { blank, replace }: { blank: readonly string[]; replace: readonly { from: string; to: string }[] },
  value = '',
): string {
  const mended = replace.reduce((text, { from, to }) => text.replaceAll(from, to), withoutApostrophe(value))
  const plain = mended.normalize('NFC').replace(controls, '').replace(/ {2,}/g, ' ').trim()
  return blank.includes(plain) ? '' : plain
}

/** A name as it is compared: without regard to case, width of signs, or spaces. */
export const compared = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
