/** A value of a list that leaves as a file. Dates and times are those of the tenant's clocks; undefined is an empty cell. */
export type Cell = string | number | Temporal.PlainDate | Temporal.PlainDateTime | undefined

/** A list as a file holds it: the names of its columns, then rows as they are asked for. */
export type Sheet = {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly Cell[]>
}

// Spreadsheets take a text that begins with one of these for a formula, the full-width ones too where Chinese or
// Japanese is written; a tab or a line end before it does not stop them. Source: OWASP, "CSV Injection".
const beginsFormula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** Whether a spreadsheet could take a text for a formula. */
export const isLikeFormula = (text: string): boolean => beginsFormula.test(text)

/** A text that no spreadsheet takes for a formula: one that could be gets an apostrophe, which shows in CSV. */
export function harmless(text: string): string {
  return isLikeFormula(text) ? `'${text}` : text
}

/** What `harmless` was given, so that what left as a file comes back as it was. */
export function withoutApostrophe(text: string): string {
  return text.startsWith("'") && isLikeFormula(text.slice(1)) ? text.slice(1) : text
}
