import { hash } from 'node:crypto'

/** The keys that the rows of a file had so far, and on which line each stood first. */
export type SeenKeys = {
  /** Notes the key of a row. @returns the line that had it before, or undefined */
  note(key: string, line: number): number | undefined
}

// A slot is eight bytes of the key's SHA-256 and its line; line 0, which no file has, is a free one.
const slotSize = 3
// Many small tables: one large one would be there two or three times whenever it grows.
const tables = 256

/**
 * Remembers keys in open tables of 12 bytes a slot, a third to two thirds full: 18 to 36 bytes a row whatever the keys
 * are, 25 MB for a million rows. A `Map` would take three times as much and end at 16.7 million. Two keys of a million
 * meet on the same eight bytes in one file of 37 million.
 */
export function seenKeys(): SeenKeys {
  const all = Array.from({ length: tables }, () => openTable())
  return {
    note(key, line) {
      const digest = hash('sha256', key, 'hex')
      const [first, second] = [
        Number.parseInt(digest.slice(0, 8), 16),
        Number.parseInt(digest.slice(8, 16), 16),
      ]
      return all[second % tables]?.note(first, second, line)
    },
  }
}

function openTable() {
  let slots = 16
  let table = new Uint32Array(slots * slotSize)
  let held = 0

  const find = (first: number, second: number): number => {
    let slot = first & (slots - 1)
    for (;;) {
      const at = slot * slotSize
      if (table[at + 2] === 0 || (table[at] === first && table[at + 1] === second)) return at
      slot = (slot + 1) & (slots - 1)
    }
  }
  const put = (first: number, second: number, line: number, at = find(first, second)) => {
    table[at] = first
    table[at + 1] = second
    table[at + 2] = line
  }
  const grow = () => {
    const before = table
    slots *= 2
    table = new Uint32Array(slots * slotSize)
    for (let at = 0; at < before.length; at += slotSize)
      if (before[at + 2] !== 0) put(before[at] ?? 0, before[at + 1] ?? 0, before[at + 2] ?? 0)
  }
  return {
    note(first: number, second: number, line: number): number | undefined {
      const at = find(first, second)
      if (table[at + 2] !== 0) return table[at + 2]
      put(first, second, line, at)
      held++
      if (held * 3 > slots * 2) grow()
      return undefined
    },
  }
}
