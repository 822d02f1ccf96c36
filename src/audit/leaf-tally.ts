import { hash, randomBytes } from 'node:crypto'

/** A leaf as it stands under its checkpoint, or beside the event it covers. */
type TalliedLeaf = {
  readonly no: number
  readonly position: number
  readonly stream: string
  readonly seq: number
  readonly hash: string
}

/** Says whether the leaves of the checkpoints are the leaves of the events, and of which checkpoint they are not. */
export type LeafTally = {
  /** A leaf as its checkpoint has it. */
  add(leaf: TalliedLeaf): void
  /** A leaf as its event has it. */
  remove(leaf: TalliedLeaf): void
  /** The checkpoints whose two sets of leaves differ, by number; at most the first ten. */
  unequal(): number[]
}

// The two come in different orders, and sorting or remembering them would cost memory by the leaf. Each leaf is
// mixed with a key drawn for this run into 128 bits, and these are added up by checkpoint: a sum that comes back
// to nought had the same leaves on both sides, as who wrote the record could not know the key. 16 bytes a checkpoint.
const WORDS = 4

/** An empty tally. */
export function createLeafTally(): LeafTally {
  const key = randomBytes(32).toString('hex')
  let sums = new Uint32Array(1024 * WORDS)
  const stray = new Set<number>()
  const count = (leaf: TalliedLeaf, sign: 1 | -1) => {
    const { no, position, stream, seq } = leaf
    if (!(no >= 1 && no * WORDS < sums.length)) {
      if (stray.size < MOST_NAMED) stray.add(no)
      return
    }
    const mixed = hash('sha256', `${key} ${no} ${position} ${stream} ${seq} ${leaf.hash}`, 'buffer')
    for (let word = 0; word < WORDS; word++) {
      const at = no * WORDS + word
      sums[at] = (sums[at] ?? 0) + sign * mixed.readUInt32LE(word * 4)
    }
  }
  return {
    add(leaf) {
      // Checkpoints come one after the other, so one far beyond the last is no reason to make room.
      if (leaf.no * WORDS >= sums.length && leaf.no * WORDS < sums.length * 2) {
        const longer = new Uint32Array(sums.length * 2)
        longer.set(sums)
        sums = longer
      }
      count(leaf, 1)
    },
    remove: leaf => count(leaf, -1),
    unequal() {
      const numbers = [...stray]
      for (let at = WORDS; at < sums.length && numbers.length < MOST_NAMED; at += WORDS) {
        if (sums.subarray(at, at + WORDS).some(word => word !== 0)) numbers.push(at / WORDS)
      }
      return numbers
    },
  }
}

const MOST_NAMED = 10
