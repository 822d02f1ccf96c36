import { fileTypeFromBuffer } from 'file-type'

/** What an upload turned out to be, going by its content. */
export type Sniffed = 'jpeg' | 'png' | 'webp' | 'heif' | 'pdf' | 'zip'

/** How a stored file is served: its media type, whether it may show inside a page, and its usual extensions. */
export type Kind = { mediaType: string; inline: boolean; extensions: readonly [string, ...string[]] }

/** Everything that is ever stored. */
export const kinds = {
  jpeg: { mediaType: 'image/jpeg', inline: true, extensions: ['jpg', 'jpeg'] },
  png: { mediaType: 'image/png', inline: true, extensions: ['png'] },
  webp: { mediaType: 'image/webp', inline: true, extensions: ['webp'] },
  pdf: { mediaType: 'application/pdf', inline: false, extensions: ['pdf'] },
  docx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    inline: false,
    extensions: ['docx'],
  },
} as const satisfies Record<string, Kind>

/**
 * Value of `accept` for a file field. HEIC is left out on purpose: a phone that takes photos in HEIC then hands over
 * a JPEG by itself, where with HEIC listed it would send what may have to be refused.
 */
export const acceptedTypes = [...Object.values(kinds).map(kind => kind.mediaType), '.docx'].join(',')

/** The kinds that can be taken, as they are named to people. */
export const acceptedNames = 'JPEG, PNG, WebP, PDF, DOCX'

/** Bytes from the start of a file that `sniff` needs. */
export const sniffLength = 4100

const byMediaType: Record<string, Sniffed> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/heic': 'heif',
  'image/heif': 'heif',
  'image/heic-sequence': 'heif',
  'image/heif-sequence': 'heif',
  'image/avif': 'heif',
  'application/pdf': 'pdf',
}

/** What a file is by its first bytes; neither its name nor the type its sender claims is asked. */
export async function sniff(head: Buffer): Promise<Sniffed | undefined> {
  // Which zip it is, is decided by reading the archive whole, not by what the first entry is called.
  if (head.subarray(0, 4).equals(zipStart)) return 'zip'
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  return found && byMediaType[found.mime]
}

const zipStart = Buffer.from('PK\x03\x04', 'latin1')
