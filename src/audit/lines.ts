/**
 * The lines of a byte stream, without their line breaks; `rest` says whether what follows the last line break is a
 * line too. Unlike readline it hands on an error of the stream.
 */
export async function* linesOf(
  source: AsyncIterable<Buffer>,
  { rest }: { rest: boolean },
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let held = ''
  for await (const bytes of source) {
    const lines = decoder.decode(bytes, { stream: true }).split('\n')
    lines[0] = held + lines[0]
    held = lines.pop() ?? ''
    yield* lines
  }
  held += decoder.decode()
  if (rest && held !== '') yield held
}
