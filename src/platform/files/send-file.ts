import type { FastifyReply } from 'fastify'
import { NotFound } from '../errors.ts'
import type { StoredFile } from './accept-upload.ts'
import type { CaseFolder, Form } from './folder.ts'
import { kinds } from './kinds.ts'
import { openFile } from './storage.ts'

const shownInPages: ReadonlySet<string> = new Set(
  Object.values(kinds)
    .filter(kind => kind.inline)
    .map(kind => kind.mediaType),
)

/**
 * Sends a file, or its thumbnail, such that nothing in it can act on the page or the reader: pictures may show in a
 * page, everything else is saved; both in a sandbox without origin, scripts or network. The caller has made sure that
 * the reader may see the file and that it is one of this case's. Throws NotFound when it is not on disk.
 */
export async function sendFile(
  reply: FastifyReply,
  folder: CaseFolder,
  file: StoredFile,
  form: Form = 'original',
): Promise<FastifyReply> {
  const content = await openFile(folder, file.id, form).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new NotFound('file') : error
  })
  const small = form === 'thumbnail'
  const inline = small || shownInPages.has(file.mediaType)
  reply.headers({
    'Content-Type': small ? kinds.webp.mediaType : file.mediaType,
    'Content-Disposition': contentDisposition(inline ? 'inline' : 'attachment', file.name),
    'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-store',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
  })
  // A thumbnail's length is not recorded; it is sent in chunks.
  if (!small) reply.header('Content-Length', file.size)
  return reply.send(content)
}

/**
 * The header that says what a file is called (RFC 6266): its name in ASCII for the oldest programs, and as it is in
 * percent-encoded UTF-8 (RFC 8187), which all browsers prefer.
 */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const utf8 = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${type}; filename="${ascii}"; filename*=UTF-8''${utf8}`
}
