// Far above any field's own limit, so that too long a text is still shown again and named as too long.
const longest = 50_000

/** Text as it was typed, made fit to keep: line breaks as one character, no control characters, which PostgreSQL refuses. */
export function cleanText(text: string): string {
  return text
    .slice(0, longest)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n|\t)\p{Cc}/gu, '')
}
