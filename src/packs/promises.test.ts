import { expect, test } from 'vitest'
import { offences, wordsOf } from '../../test/support/forbidden.ts'
import { loadPacks } from './load.ts'

// Promises 2 and 3: no category, question, template or kind for what people believe, say, are or where they go.

const packs = [...loadPacks().values()].map(pack => [pack.id, pack] as const)

test.each(packs)(
  '%s has no category, question, reason, right or notice about what is not its business',
  (_, pack) => {
    const words = wordsOf(pack, true)
    expect(words.length).toBeGreaterThan(500)
    expect(offences(words)).toEqual([])
  },
)
