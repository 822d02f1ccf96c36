/** Where a value stands in a template, which decides what is allowed there and how it is escaped. */
export type Place = 'text' | 'quoted' | 'url' | 'tag'

/** Attributes whose value is an address that the browser may follow. */
export const urlAttributes: ReadonlySet<string> = new Set(['href', 'src', 'action', 'formaction', 'poster'])

// Keyed by the template itself, which is the same object at each call: a template is read once per process.
const plans = new WeakMap<TemplateStringsArray, readonly Place[]>()

/**
 * The place of each value of a template.
 * @throws where no escaping would make a value safe: unquoted attributes, scripts, styles, comments, event handlers.
 */
export function placesOf(strings: TemplateStringsArray): readonly Place[] {
  return plans.get(strings) ?? plan(strings)
}

function plan(strings: TemplateStringsArray): readonly Place[] {
  const places: Place[] = []
  let state: State = { in: 'text', attribute: '' }
  for (let i = 0; i < strings.length - 1; i++) {
    state = read(strings[i] ?? '', state)
    places.push(placeOf(state))
    // A later hole in the same attribute value does not stand at the start of an address.
    if (state.in === 'quoted') state = { ...state, started: true }
  }
  plans.set(strings, places)
  return places
}

type State = {
  in: 'text' | 'tag' | 'quoted' | 'unquoted' | 'comment' | 'code'
  attribute: string
  quote?: string
  started?: boolean
  element?: string
}

function placeOf(state: State): Place {
  if (state.in === 'text') return 'text'
  if (state.in === 'tag') return 'tag'
  if (state.in !== 'quoted')
    throw new Error(`a value may not stand in ${state.in} markup: quote the attribute`)
  if (/^on|^style$|^srcdoc$/i.test(state.attribute)) {
    throw new Error(`a value may not stand in the attribute ${state.attribute}`)
  }
  return urlAttributes.has(state.attribute) && !state.started ? 'url' : 'quoted'
}

/** Follows markup far enough to know what the end of this chunk is inside of. */
function read(chunk: string, from: State): State {
  let state = from
  let i = 0
  while (i < chunk.length) {
    const rest = chunk.slice(i)
    if (state.in === 'text') {
      const open = /<(?:!--|\/?([a-zA-Z][a-zA-Z0-9-]*)|!)/.exec(rest)
      if (!open) return state
      i += open.index + open[0].length
      state = open[0] === '<!--' ? { in: 'comment', attribute: '' } : tagState(open[1])
    } else if (state.in === 'comment') {
      const close = rest.indexOf('-->')
      if (close < 0) return state
      i += close + 3
      state = { in: 'text', attribute: '' }
    } else if (state.in === 'code') {
      const close = new RegExp(`</${state.element}`, 'i').exec(rest)
      if (!close) return state
      i += close.index + close[0].length
      state = tagState(undefined)
    } else if (state.in === 'quoted') {
      const close = rest.indexOf(state.quote ?? '"')
      if (close < 0) return { ...state, started: state.started || rest.length > 0 }
      i += close + 1
      state = tagState(state.element)
    } else {
      const next = /([a-zA-Z@:][^\s=>"']*)\s*=\s*(["']?)|>/.exec(rest)
      if (!next) return state
      i += next.index + next[0].length
      if (next[0] === '>') state = afterTag(state.element)
      else if (next[2])
        state = { ...state, in: 'quoted', attribute: next[1] ?? '', quote: next[2], started: false }
      else if (i === chunk.length) return { ...state, in: 'unquoted' }
    }
  }
  return state
}

const tagState = (element: string | undefined): State =>
  element === undefined ? { in: 'tag', attribute: '' } : { in: 'tag', attribute: '', element }

const afterTag = (element: string | undefined): State =>
  element !== undefined && /^(?:script|style)$/i.test(element)
    ? { in: 'code', attribute: '', element }
    : { in: 'text', attribute: '' }
