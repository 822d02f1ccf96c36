import type { KeyObject } from 'node:crypto'
import { checkpointDigest, firstPrevious, isSignedBy } from './checkpoint-format.ts'
import type { Findings } from './findings.ts'
import type { LeafTally } from './leaf-tally.ts'
import { createMerkleTree, leafHash } from './merkle.ts'
import type { CheckpointLine, LeafLine } from './record.ts'
import { readPublicKey, signingKeyId } from './signing-key.ts'

/** Checks a tenant's checkpoints one after the other, each with the leaves that follow it. */
export type CheckpointCheck = {
  key(id: string, publicKey: string): void
  checkpoint(line: CheckpointLine): void
  leaf(line: LeafLine): void
  end(): void
  readonly count: number
  /** Keys that signed, in the order in which they did. */
  readonly signers: readonly string[]
}

/**
 * A check that begins with the first checkpoint. Which key signs follows from the checkpoint before; only the first
 * one has to be taken on trust, unless `expectedKey` names a key that the reader knows from elsewhere: it must then
 * have signed, and what it signed fixes all before it.
 */
export function checkCheckpoints(
  tenant: number,
  findings: Findings,
  tally: LeafTally,
  expectedKey?: string | undefined,
): CheckpointCheck {
  const keys = new Map<string, KeyObject>()
  const signers = new Set<string>()
  let count = 0
  let current: CheckpointLine | undefined
  let tree = createMerkleTree()
  let leavesInOrder = true
  let stray: number | undefined

  const closeCurrent = () => {
    if (!current) return
    const { no, size, root } = current
    if (!leavesInOrder || tree.size !== size || tree.root().toString('hex') !== root) {
      findings.add({ code: 'leaves-altered', checkpoint: no })
    }
  }

  const checkOrder = (line: CheckpointLine) => {
    const expected = (current?.no ?? 0) + 1
    if (line.no !== expected) {
      findings.add({ code: 'checkpoint-missing', checkpoint: expected })
      return
    }
    const previous = current ? checkpointDigest(current) : firstPrevious(tenant)
    if (line.previous !== previous) findings.add({ code: 'checkpoint-relinked', checkpoint: line.no })
    const signer = current && (current.nextKey ?? current.key)
    if (signer !== undefined && line.key !== signer) {
      findings.add({ code: 'key-unannounced', checkpoint: line.no, key: line.key })
    }
  }

  const checkSignature = (line: CheckpointLine) => {
    const key = keys.get(line.key)
    if (!key) findings.add({ code: 'key-unknown', checkpoint: line.no, key: line.key })
    else if (!isSignedBy(line, key))
      findings.add({ code: 'signature-wrong', checkpoint: line.no, key: line.key })
    else signers.add(line.key)
  }

  return {
    key(id, publicKey) {
      try {
        const der = Buffer.from(publicKey, 'base64')
        if (signingKeyId(der) === id) keys.set(id, readPublicKey(der))
      } catch {
        // Not a key: what it is said to have signed is then signed by a key unknown.
      }
    },
    checkpoint(line) {
      closeCurrent()
      count++
      checkOrder(line)
      if (line.tenant !== tenant) findings.add({ code: 'checkpoint-of-other-tenant', checkpoint: line.no })
      checkSignature(line)
      current = line
      tree = createMerkleTree()
      leavesInOrder = true
    },
    leaf(line) {
      tally.add(line)
      if (line.no !== current?.no) {
        if (line.no !== stray) findings.add({ code: 'checkpoint-missing', checkpoint: line.no })
        stray = line.no
        return
      }
      if (line.position !== tree.size) leavesInOrder = false
      tree.add(leafHash({ stream: line.stream, seq: line.seq, hash: Buffer.from(line.hash, 'hex') }))
    },
    end() {
      closeCurrent()
      current = undefined
      if (expectedKey !== undefined && !signers.has(expectedKey)) {
        findings.add({ code: 'key-not-the-expected', key: expectedKey })
      }
    },
    get count() {
      return count
    },
    get signers() {
      return [...signers]
    },
  }
}
