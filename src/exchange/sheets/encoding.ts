import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Encodings that files come in: what programs of today write, and what Excel saves as CSV in Chinese and in the West. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/** A text file in UTF-8: itself, or a copy that is removed by `close`. */
export async function inUtf8(path: string, encoding: Encoding): Promise<{ path: string; close(): void }> {
  if (encoding === 'utf-8') return { path, close: () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'answerable-text-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, 'text')
    const decoder = new TextDecoder(encoding)
    const decoded = async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) yield decoder.decode(chunk, { stream: true })
      yield decoder.decode()
    }
    await pipeline(createReadStream(path), decoded, createWriteStream(copy, { mode: 0o600 }))
    return { path: copy, close }
  } catch (error) {
    close()
    throw error
  }
}
