import { hash } from 'node:crypto'
import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import { findRepeat, isRepeat } from '../platform/perform.ts'
import type { Call } from './call.ts'
import type { Operation } from './operation.ts'
import { MovedOn } from './problem.ts'

/** What makes a request the same as another of the same token: its key, and a digest of all that it asks. */
export function nameRequest(
  { caller, request, body }: Pick<Call, 'caller' | 'request' | 'body'>,
  { id }: Operation,
): Call['named'] {
  const given = [request.headers['idempotency-key'] ?? []].flat()[0]
  if (given === undefined || request.method !== 'POST') return undefined
  // The draft has it in quotes, most clients do not.
  const key = given.trim().replace(/^"(.*)"$/, '$1')
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new BadInput([{ field: 'header.Idempotency-Key', text: 'api.fault.key' }])
  // What comes as a form is not read yet; its length tells most others apart.
  const content = request.isMultipart()
    ? (request.headers['content-length'] ?? '')
    : JSON.stringify(body ?? null)
  const asked = hash('sha256', JSON.stringify([id, request.params, content]), 'base64url')
  return { key: `api/${caller.tokenId}/${key}`, asked }
}

/**
 * Does what a call asks, once for its key: asked again, it gives the first result, and says so.
 * @throws BadInput where the key was used for something else.
 */
export async function actOnce(
  call: Call,
  act: (call: Call) => Promise<unknown>,
): Promise<{ result: unknown; repeated: boolean }> {
  const { named, office } = call
  if (!named) return { result: await act(call), repeated: false }
  const earlier = async () => {
    const found = await findRepeat(office, named.key)
    if (found && found.asked !== named.asked) throw keyTaken()
    return found && { result: found.result, repeated: true }
  }
  const before = await earlier()
  if (before) {
    call.request.raw.resume()
    return before
  }
  try {
    return { result: await act(call), repeated: false }
  } catch (error) {
    // Sent twice at once: the other was faster, and what it did is why this was refused.
    const isRefused = [BadInput, Conflict, NotAllowed, NotFound, MovedOn].some(kind => error instanceof kind)
    const meanwhile = isRefused || isRepeat(error) ? await earlier() : undefined
    if (meanwhile) return meanwhile
    throw error
  }
}

/** The refusal of a key that was used for something else. */
export function keyTaken(): BadInput {
  return new BadInput([{ field: 'header.Idempotency-Key', text: 'api.fault.key-taken' }])
}
