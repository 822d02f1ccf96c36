import { hash } from 'node:crypto'

/** What the record keeps of a key: enough to see that it was exchanged, nothing to come in with. */
export function keyDigest(key: string): string {
  return hash('sha256', key, 'hex')
}
