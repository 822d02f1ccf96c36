/** Which way a connection copies: cases of ours to the other server, or its requests to us. */
export type Direction = 'to' | 'from'

/** One of our categories and the service of the other server that stands for it. What is in no pair is not copied. */
export type Pair = { category: string; service: string }

/** The service that a category of ours goes to. */
export function serviceOf(pairs: readonly Pair[], category: string): string | undefined {
  return pairs.find(pair => pair.category === category)?.service
}

/** The category that a service of theirs comes to. */
export function categoryOf(pairs: readonly Pair[], service: string): string | undefined {
  return pairs.find(pair => pair.service === service)?.category
}

/** Reads `ours=theirs,ours=theirs`, as Chinese keyboards write it too; what is no pair comes back as it was written. */
export function readPairs(typed: string): { pairs: Pair[]; unread: string[] } {
  const pairs: Pair[] = []
  const unread: string[] = []
  for (const part of typed
    .replaceAll('＝', '=')
    .split(/[,，、\n]/)
    .map(one => one.trim())
    .filter(one => one !== '')) {
    const [, category, service] = /^([^=]+)=(.+)$/.exec(part) ?? []
    if (category && service) pairs.push({ category: category.trim(), service: service.trim() })
    else unread.push(part)
  }
  return { pairs, unread }
}

/** What is on the copied side more than once: it could go to only one place. */
export function doubled(pairs: readonly Pair[], direction: Direction): string | undefined {
  const sources = pairs.map(pair => (direction === 'to' ? pair.category : pair.service))
  return sources.find((source, at) => sources.indexOf(source) !== at)
}
