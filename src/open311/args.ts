/** What a request says, from its address or its form: by name, each value that is not empty, in order. */
export type Args = {
  /** The last value of a name; an empty one is as good as none. */
  get(name: string): string | undefined
  /** Every value of a name. */
  all(name: string): readonly string[]
  /** Every value of a name, those with commas taken apart. */
  listed(name: string): readonly string[]
  /** What was answered to a service's attributes, by their codes. */
  attributes(): ReadonlyMap<string, readonly string[]>
}

/** Reads the arguments of a query string or a form; of sources later in the list a name's values come last. */
export function readArgs(...sources: readonly unknown[]): Args {
  const values = new Map<string, string[]>()
  for (const source of sources)
    for (const [name, value] of Object.entries(source ?? {}))
      for (const one of Array.isArray(value) ? value : [value]) {
        const text = textOf(one)
        if (text !== '') values.set(nameOf(name), [...(values.get(nameOf(name)) ?? []), text])
      }
  const all = (name: string) => values.get(name) ?? []
  return {
    all,
    get: name => all(name).at(-1),
    listed: name =>
      all(name)
        .flatMap(value => value.split(','))
        .map(value => value.trim())
        .filter(value => value !== ''),
    attributes: () => attributesOf(values),
  }
}

// JSON bodies may hold numbers and booleans; anything deeper is no argument.
function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value.trim() : ''
}

// Ruby, PHP and jQuery write a name with several values as `status[]`; of an attribute the brackets are part of the name.
const nameOf = (typed: string) => (typed.startsWith('attribute') ? typed : typed.replace(/\[\d*\]$/, ''))

const attribute = /^attribute\[([^\]]+)\](?:\[\d*\])?$/

function attributesOf(values: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const attributes = new Map<string, string[]>()
  for (const [name, given] of values) {
    const code = attribute.exec(name)?.[1]
    if (code) attributes.set(code, [...(attributes.get(code) ?? []), ...given])
  }
  return attributes
}
