import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import { findRepeat, isRepeat } from '../platform/perform.ts'
import type { Call } from './call.ts'
import type { Upload } from './operation.ts'
import { MovedOn } from './problem.ts'
import { readFormOf } from './upload.ts'

/**
 * Does what a call asks, once for its key: asked again, it gives the first result, and says so.
 * @throws BadInput where the key was used for something else.
 */
export async function actOnce(
  call: Call,
  act: (call: Call) => Promise<unknown>,
  upload?: Upload,
): Promise<{ result: unknown; repeated: boolean }> {
  const { named, office } = call
  if (!named) return { result: await act(call), repeated: false }
  const earlier = async () => {
    const found = await findRepeat(office, named.key)
    if (!found) return undefined
    if (upload && !named.formRead) await readFormOf(call, upload)
    if (found.asked !== named.asked) throw keyTaken()
    return { result: found.result, repeated: true }
  }
  const before = await earlier()
  if (before) return before
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
