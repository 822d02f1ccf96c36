import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes read at once; texts that stand near each other in a sheet mostly do here too. */
const windowBytes = 65_536

/**
 * The texts that the cells of a workbook share, kept on disk: a million rows can share hundreds of megabytes, and cells
 * name them in any order. In memory there is where each begins, 8 bytes for a text.
 */
export class SharedStrings {
  readonly #folder = mkdtempSync(join(tmpdir(), 'answerable-strings-'))
  readonly #file = openSync(join(this.#folder, 'strings'), 'w+', 0o600)
  #starts = new Float64Array(1024)
  #count = 0
  #bytes = 0
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #window = Buffer.alloc(0)
  #windowAt = 0

  /** Adds the next text. */
  add(text: string): void {
    if (this.#count + 1 >= this.#starts.length) {
      const grown = new Float64Array(this.#starts.length * 2)
      grown.set(this.#starts)
      this.#starts = grown
    }
    const bytes = Buffer.from(text)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#bytes += bytes.length
    this.#count++
    this.#starts[this.#count] = this.#bytes
    if (this.#waitingBytes > 1_000_000) this.#flush()
  }

  /** The text of a number, counted from 0; undefined where there is none. */
  get(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined
    if (this.#waitingBytes > 0) this.#flush()
    const start = this.#starts[index] ?? 0
    const end = this.#starts[index + 1] ?? start
    if (start < this.#windowAt || end > this.#windowAt + this.#window.length) {
      const size = Math.min(Math.max(windowBytes, end - start), this.#bytes - start)
      this.#window = Buffer.alloc(size)
      for (let read = 0; read < size; ) {
        const more = readSync(this.#file, this.#window, read, size - read, start + read)
        if (more === 0) throw new Error('the shared texts of a workbook are gone')
        read += more
      }
      this.#windowAt = start
    }
    return this.#window.toString('utf8', start - this.#windowAt, end - this.#windowAt)
  }

  /** Removes them from the disk. */
  close(): void {
    closeSync(this.#file)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #flush(): void {
    const all = Buffer.concat(this.#waiting)
    for (let written = 0; written < all.length; ) written += writeSync(this.#file, all, written)
    this.#waiting = []
    this.#waitingBytes = 0
  }
}
