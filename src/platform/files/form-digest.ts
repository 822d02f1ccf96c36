import { createHash } from 'node:crypto'

/**
 * Tells whether two multipart forms say the same, whatever stands between their parts: a digest of every field and of
 * every file's name and content, in order, taken as they pass and holding none of it.
 */
export type FormDigest = {
  field(name: string, value: string): void
  /** The content as it comes, to be read to its end by whoever takes it. */
  file(field: string, name: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer>
  /** SHA-256 of all that passed, in base64url. */
  end(): string
}

/** A digest of a form that has not begun. */
export function formDigest(): FormDigest {
  const form = createHash('sha256')
  return {
    field: (name, value) => {
      form.update(JSON.stringify([name, value]))
    },
    async *file(field, name, content) {
      const file = createHash('sha256')
      for await (const chunk of content) {
        file.update(chunk)
        yield chunk
      }
      form.update(JSON.stringify([field, name, file.digest('base64url')]))
    },
    end: () => form.digest('base64url'),
  }
}
