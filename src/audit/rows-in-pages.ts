/**
 * Rows of an ordered table, read page by page from where the last page ended; the next page is on its way while one
 * is worked on. `read` gets the last row of the page before, or undefined for the first page.
 */
export async function* rowsInPages<Row>(
  read: (after: Row | undefined) => Promise<Row[]>,
): AsyncGenerator<Row, void, undefined> {
  let page = await read(undefined)
  while (page.length > 0) {
    const next = read(page.at(-1))
    next.catch(() => {}) // where the consumer stops early nobody awaits it
    yield* page
    page = await next
  }
}

/** A source one can look into without taking. */
export type Peekable<T> = {
  peek(): Promise<T | undefined>
  next(): Promise<T | undefined>
}

/** Lets one look at the next item of a source before taking it. */
export function peekable<T>(source: AsyncGenerator<T, void, undefined>): Peekable<T> {
  let held: { item: T | undefined } | undefined
  const pull = async () => {
    const result = await source.next()
    return { item: result.done ? undefined : result.value }
  }
  return {
    async peek() {
      held ??= await pull()
      return held.item
    },
    async next() {
      const { item } = held ?? (await pull())
      held = undefined
      return item
    },
  }
}
