/** Rows as aligned columns for a terminal. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map(row => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map(row => widthOf(row[at] ?? ''))),
  )
  return rows.map(row =>
    row
      .map((text, at) => text + ' '.repeat((widths[at] ?? 0) - widthOf(text)))
      .join('  ')
      .trimEnd(),
  )
}

/** Columns that a text takes up in a terminal: a Chinese character two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, one) => sum + (/\p{Script=Han}|[　-〿＀-￠]/u.test(one) ? 2 : 1), 0)
}
