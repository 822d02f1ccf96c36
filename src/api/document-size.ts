import { z } from 'zod'
import type { StoredFile } from '../platform/files/accept-upload.ts'

/** A document as it is, or its small picture. */
export const documentSize = z.strictObject({
  size: z.enum(['original', 'small']).optional().meta({ description: 'api.field.document.small' }),
})

/** The form of a document that is asked for; the original where it has no other. */
export function sizeOf(
  { size }: z.output<typeof documentSize>,
  { thumbnail }: Pick<StoredFile, 'thumbnail'>,
): 'original' | 'thumbnail' {
  return size === 'small' && thumbnail ? 'thumbnail' : 'original'
}
