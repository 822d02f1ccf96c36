import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Lang } from '../../platform/i18n/languages.ts'

/** Encodings that files come in: what programs of today write, and what Excel saves as CSV in Chinese and in the West. */
export const encodings = ['utf-8', 'utf-16le', 'gb18030', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/** Bytes that are looked at to tell an encoding. */
const looked = 1_000_000

/**
 * The encoding of a text file, by its mark or by its first megabyte. What is no UTF-8 was saved by Excel; in which
 * encoding then depends on the language of its machine, so that of the reader decides.
 */
export async function detectEncoding(path: string, lang: Lang): Promise<Encoding> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(looked), 0, looked, 0)
    const start = buffer.subarray(0, bytesRead)
    if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
    if (isUtf8(start)) return 'utf-8'
    return lang === 'zh-CN' ? 'gb18030' : 'windows-1252'
  } finally {
    await file.close()
  }
}

function isUtf8(start: Buffer): boolean {
  try {
    // The end may cut a sign in two, so it is not the end for the decoder.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true })
    return true
  } catch {
    return false
  }
}

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
