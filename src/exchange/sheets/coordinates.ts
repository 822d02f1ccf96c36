/** The name of a column, counted from 0: A, …, Z, AA, …. */
export function columnName(at: number): string {
  const rest = Math.floor(at / 26)
  return (rest > 0 ? columnName(rest - 1) : '') + String.fromCharCode(65 + (at % 26))
}

/** The column of a cell's name, counted from 0; undefined for what names no cell. */
export function columnOf(name: string): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/.exec(name)?.[1]
  if (!letters) return undefined
  let at = 0
  for (const letter of letters) at = at * 26 + letter.charCodeAt(0) - 64
  return at - 1
}

// Day 1 of Excel is 1 January 1900, and it has a 29 February 1900 that never was: from March 1900 on days count from
// 30 December 1899. Workbooks from old Macs count from 1904. Source: ECMA-376, part 1, 18.17.4.
const epoch = Temporal.PlainDate.from('1899-12-30')
const epoch1904 = Temporal.PlainDate.from('1904-01-01')

/** A date, with a time or without, as the number that a spreadsheet keeps. */
export function serialOf(when: Temporal.PlainDate | Temporal.PlainDateTime): number {
  if (when instanceof Temporal.PlainDate) return epoch.until(when).days
  const time = when.toPlainTime()
  const seconds = time.hour * 3600 + time.minute * 60 + time.second
  return epoch.until(when.toPlainDate()).days + seconds / 86_400
}

/** The date and time, to the second, that a spreadsheet's number means; undefined for what is none. */
export function fromSerial(serial: number, from1904 = false): Temporal.PlainDateTime | undefined {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return undefined
  // Before March 1900 the day that never was has not been counted yet.
  const days = !from1904 && serial < 60 ? serial + 1 : serial
  const seconds = Math.round((days % 1) * 86_400)
  return (from1904 ? epoch1904 : epoch).toPlainDateTime().add({ days: Math.floor(days), seconds })
}
