/**
 * What a person typed, reduced to ASCII digits: full-width digits (０１２) become plain ones and everything
 * that is not a digit, such as spaces, hyphens of any width and labels, falls away.
 */
export function typedDigits(typed: string): string {
  return typed.normalize('NFKC').replace(/[^0-9]/g, '')
}
