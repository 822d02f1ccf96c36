import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createMerkleTree,
  hashLeaf,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyInclusion,
} from './merkle.ts'

const sha = (...parts: Uint8Array[]) =>
  parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest()

// RFC 6962, section 2.1, word for word.
function slowRoot(data: readonly Buffer[]): Buffer {
  const [only] = data
  if (!only) return sha()
  if (data.length === 1) return sha(Buffer.of(0), only)
  let k = 1
  while (k * 2 < data.length) k *= 2
  return sha(Buffer.of(1), slowRoot(data.slice(0, k)), slowRoot(data.slice(k)))
}

const bytes = fc.uint8Array({ maxLength: 8 }).map(array => Buffer.from(array))
const dataset = fc.array(bytes, { minLength: 1, maxLength: 70 })

describe('the tree over the heads of a minute', () => {
  test('has the root that RFC 6962 defines, for any number of leaves', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 70 }), data => {
        expect(merkleRoot(data.map(hashLeaf))).toEqual(slowRoot(data))
      }),
    )
  })

  test('has the root of the published example of eight leaves', () => {
    const data = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ]
    expect(merkleRoot(data.map(hex => hashLeaf(Buffer.from(hex, 'hex')))).toString('hex')).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    )
  })

  test('knows its size and its root at every step', () => {
    const tree = createMerkleTree()
    const data: Buffer[] = []
    for (let i = 0; i < 40; i++) {
      expect(tree.size).toBe(i)
      expect(tree.root()).toEqual(slowRoot(data))
      const next = randomBytes(4)
      data.push(next)
      tree.add(hashLeaf(next))
    }
  })

  test('proves each of its leaves, in its own place', () => {
    fc.assert(
      fc.property(dataset, fc.nat(), (data, pick) => {
        const leaves = data.map(hashLeaf)
        const position = pick % leaves.length
        const proof = inclusionProof(leaves, position)
        const root = merkleRoot(leaves)
        const leaf = hashLeaf(data[position] ?? Buffer.alloc(0))
        expect(verifyInclusion(leaf, position, leaves.length, proof, root)).toBe(true)
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves.length || 1)))
      }),
    )
  })

  test('proves no other leaf, no other place, no other size and no other root', () => {
    const distinct = fc.uniqueArray(
      fc.uint8Array({ minLength: 2, maxLength: 6 }).map(array => Buffer.from(array)),
      {
        minLength: 1,
        maxLength: 40,
        selector: buffer => buffer.toString('hex'),
      },
    )
    fc.assert(
      fc.property(distinct, fc.nat(), fc.nat(), (data, pick, other) => {
        const leaves = data.map(hashLeaf)
        const size = leaves.length
        const position = pick % size
        const leaf = leaves[position] ?? Buffer.alloc(32)
        const proof = inclusionProof(leaves, position)
        const root = merkleRoot(leaves)
        expect(verifyInclusion(hashLeaf(Buffer.from('x')), position, size, proof, root)).toBe(false)
        if (other % size !== position)
          expect(verifyInclusion(leaf, other % size, size, proof, root)).toBe(false)
        expect(verifyInclusion(leaf, position, size, proof, randomBytes(32))).toBe(false)
        expect(verifyInclusion(leaf, position, size, [...proof, randomBytes(32)], root)).toBe(false)
        if (proof.length > 0) {
          expect(verifyInclusion(leaf, position, size, proof.slice(1), root)).toBe(false)
          const altered = proof.map((node, i) => (i === other % proof.length ? randomBytes(32) : node))
          expect(verifyInclusion(leaf, position, size, altered, root)).toBe(false)
        }
        for (const nonsense of [-1, size, 0.5, Number.NaN])
          expect(verifyInclusion(leaf, nonsense, size, proof, root)).toBe(false)
      }),
    )
  })

  test('binds the stream, the number and the hash of a head', () => {
    const head = { stream: 'a', seq: 1, hash: Buffer.alloc(32, 1) }
    const heads = [
      head,
      { ...head, stream: 'b' },
      { ...head, seq: 2 },
      { ...head, hash: Buffer.alloc(32, 2) },
    ]
    expect(new Set(heads.map(each => leafHash(each).toString('hex'))).size).toBe(4)
  })

  test('cannot be asked for the proof of a leaf it does not have', () => {
    expect(() => inclusionProof([hashLeaf(Buffer.of(1))], 1)).toThrow(RangeError)
    expect(() => inclusionProof([], 0)).toThrow(RangeError)
  })
})
