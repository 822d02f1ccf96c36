import { hash } from 'node:crypto'
import { BadInput } from '../platform/errors.ts'
import type { Call, Named } from './call.ts'
import type { Operation } from './operation.ts'

/** What makes a request the same as another of the same token. */
export function nameRequest(
  { caller, request, body }: Pick<Call, 'caller' | 'request' | 'body'>,
  { id }: Operation,
): Named | undefined {
  const given = [request.headers['idempotency-key'] ?? []].flat()[0]
  if (given === undefined || request.method !== 'POST') return undefined
  // The draft has it in quotes, most clients do not.
  const key = given.trim().replace(/^"(.*)"$/, '$1')
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new BadInput([{ field: 'header.Idempotency-Key', text: 'api.fault.key' }])
  const asked = digestOf([id, request.params, JSON.stringify(body ?? null)])
  return { key: `api/${caller.tokenId}/${key}`, asked, formRead: false }
}

/** Notes what the form of a request says. */
export function nameForm({ named }: Pick<Call, 'named'>, digest: string): void {
  if (!named) return
  named.asked = digestOf([named.asked, digest])
  named.formRead = true
}

const digestOf = (asked: readonly unknown[]) => hash('sha256', JSON.stringify(asked), 'base64url')
