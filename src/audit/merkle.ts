import { hash } from 'node:crypto'

// The tree of RFC 6962, section 2.1: leaves and inner nodes are hashed under different first bytes, so that a node
// cannot be passed off as a leaf, and a tree whose size is no power of two is split at the largest one below it.
const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** What one leaf binds: the head of one stream, and through its hash every event before it. */
export type Head = { readonly stream: string; readonly seq: number; readonly hash: Buffer }

/** SHA-256 of a leaf: `0x00`, then the text `<stream> <seq> <hash in hexadecimal>`. */
export function leafHash(head: Head): Buffer {
  return hashLeaf(Buffer.from(`${head.stream} ${head.seq} ${head.hash.toString('hex')}`))
}

/** SHA-256 of any bytes as a leaf. */
export function hashLeaf(data: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF, data]), 'buffer')
}

/** Takes leaf hashes one after the other and keeps no more than one per level: the root of any number in constant memory. */
export type MerkleTree = { readonly size: number; add(leaf: Buffer): void; root(): Buffer }

/** An empty tree. */
export function createMerkleTree(): MerkleTree {
  // Roots of complete subtrees, largest first, as the binary digits of the size say.
  const roots: Buffer[] = []
  let size = 0
  return {
    get size() {
      return size
    },
    add(leaf) {
      let node = leaf
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
        const left = roots.pop()
        if (left) node = hashNode(left, node)
      }
      roots.push(node)
      size++
    },
    root() {
      return (
        roots.reduceRight<Buffer | undefined>(
          (right, left) => (right ? hashNode(left, right) : left),
          undefined,
        ) ?? hash('sha256', '', 'buffer')
      )
    },
  }
}

/** The root over leaf hashes in their order; of none it is SHA-256 of nothing. */
export function merkleRoot(leaves: Iterable<Buffer>): Buffer {
  const tree = createMerkleTree()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/** The hashes that lead from one leaf to the root, nearest first (RFC 6962, section 2.1.1). */
export function inclusionProof(leaves: readonly Buffer[], position: number): Buffer[] {
  if (!(Number.isInteger(position) && position >= 0 && position < leaves.length)) {
    throw new RangeError(`There is no leaf ${position} in a tree of ${leaves.length}`)
  }
  if (leaves.length === 1) return []
  const split = largestPowerBelow(leaves.length)
  const left = leaves.slice(0, split)
  const right = leaves.slice(split)
  return position < split
    ? [...inclusionProof(left, position), merkleRoot(right)]
    : [...inclusionProof(right, position - split), merkleRoot(left)]
}

/** Whether a leaf hash stands at a position under a root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  leaf: Buffer,
  position: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!(Number.isInteger(position) && position >= 0 && position < size)) return false
  let node = leaf
  let index = position
  let last = size - 1
  for (const sibling of proof) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      node = hashNode(sibling, node)
      while (index % 2 === 0 && index !== 0) {
        index = Math.floor(index / 2)
        last = Math.floor(last / 2)
      }
    } else {
      node = hashNode(node, sibling)
    }
    index = Math.floor(index / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && node.equals(root)
}

function hashNode(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')
}

function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
