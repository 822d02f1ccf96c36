import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Words that occur nowhere else, planted to be looked for. */
export type Traces = {
  /** The planted words that are found in a text or in bytes, however they are written there. */
  in(where: string | Buffer): string[]
}

/** Looks for words as they are, and as hexadecimal, base64, percent-encoded, JSON and UTF-16 would write them. */
export function tracesOf(words: readonly string[]): Traces {
  const forms = words.map(word => ({
    word,
    forms: [...new Set(formsOf(word))].map(form => form.toLowerCase()),
  }))
  return {
    in(where) {
      // Latin-1 keeps every byte as one character, so that one search looks at bytes and text alike.
      const bytes = typeof where === 'string' ? Buffer.from(where) : where
      const text = bytes.toString('latin1').toLowerCase()
      return forms
        .filter(one => one.forms.some(form => text.includes(Buffer.from(form).toString('latin1'))))
        .map(one => one.word)
    },
  }
}

function formsOf(word: string): string[] {
  const bytes = Buffer.from(word)
  // Base64 depends on what stands before: three ways, without the letters that neighbours have a part in.
  const base64 = [0, 1, 2].map(skip => {
    const text = Buffer.concat([Buffer.alloc(skip), bytes])
      .toString('base64')
      .replaceAll('=', '')
    return text.slice(skip === 0 ? 0 : skip + 1, -1)
  })
  const escaped = JSON.stringify(word)
    .slice(1, -1)
    .replace(/[^ -~]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const utf16 = Buffer.from(word, 'utf16le').toString('latin1')
  const quoted = [...bytes]
    .map(byte => (byte > 126 ? `=${byte.toString(16)}` : String.fromCharCode(byte)))
    .join('')
  const plain = /^[ -~]+$/.test(word) ? [utf16] : []
  return [word, bytes.toString('hex'), ...base64, encodeURIComponent(word), escaped, quoted, ...plain]
}

/** Every file below a folder, with its content. */
export function* filesIn(folder: string): Generator<{ path: string; content: Buffer }> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    yield { path, content: readFileSync(path) }
  }
}
