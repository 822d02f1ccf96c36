// A cleaner's process: takes one upload at a time from its parent and sends back what may be stored, or why not. It is
// given neither keys nor settings, and its parent outlives whatever a hostile file does to it.
import { cleanDocx } from './docx.ts'
import { cleanImage } from './image.ts'
import { Unacceptable } from './refusal.ts'

/** What a cleaner is given. */
export type Dirty = { as: 'picture' | 'document'; content: Buffer }

/** An upload that may be stored. */
export type Clean = {
  kind: 'jpeg' | 'png' | 'webp' | 'docx'
  content: Buffer
  width?: number
  height?: number
  thumbnail?: Buffer
}

/** What a cleaner says: that it is ready for the first upload, and then what became of each. */
export type Answer =
  | { say: 'ready' }
  | { say: 'clean'; clean: Clean }
  | { say: 'refused'; why: Unacceptable['why']; values: Unacceptable['values'] }
  | { say: 'failed'; message: string }

const tell = (answer: Answer) => process.send?.(answer)

process.on('message', async ({ as, content }: Dirty) => {
  try {
    const clean =
      as === 'picture'
        ? await cleanImage(content)
        : { kind: 'docx' as const, content: await cleanDocx(content) }
    tell({ say: 'clean', clean })
  } catch (error) {
    if (error instanceof Unacceptable) tell({ say: 'refused', why: error.why, values: error.values })
    else tell({ say: 'failed', message: String(error) })
  }
})
process.on('disconnect', () => process.exit())
tell({ say: 'ready' })
