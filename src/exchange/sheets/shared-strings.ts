import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { largeWorkbook } from './faults.ts'

/** Bytes read at once; texts that stand near each other in a sheet mostly do here too. */
const windowBytes = 65_536
/** Bytes that are written at once. */
const waitingBytes = 1_000_000
/** Texts of which one place is kept: to find one, at most so many are passed over. */
const blockTexts = 16
/** Texts that are kept in memory for when a cell names them again, as it does those that many rows have, and their length. */
const recentTexts = 1_000
const longestRecent = 100
/** Texts that a workbook can share: a full sheet (1,048,576 rows) of thirty columns in which no text comes twice. */
const mostTexts = 32_000_000

/**
 * The texts that the cells of a workbook share, kept on disk, each behind its length: a million rows can share hundreds
 * of megabytes, and cells name them in any order. In memory there is where each sixteenth begins: half a byte for a text.
 */
export class SharedStrings {
  readonly #folder = mkdtempSync(join(tmpdir(), 'answerable-strings-'))
  readonly #file = openSync(join(this.#folder, 'strings'), 'w+', 0o600)
  #starts = new Float64Array(1024)
  #count = 0
  #bytes = 0
  readonly #waiting = Buffer.allocUnsafe(waitingBytes)
  #waitingBytes = 0
  #window = Buffer.allocUnsafe(windowBytes)
  #windowAt = 0
  #windowEnd = 0
  readonly #recent = new Map<number, string>()
  // Cells mostly name the text after the one before.
  #next = { index: 0, at: 0 }

  get count(): number {
    return this.#count
  }

  /** Adds the next text, which is one that a cell can hold. @throws BadInput where there are more than are read */
  add(text: string): void {
    if (this.#count >= mostTexts) throw largeWorkbook()
    const length = Buffer.byteLength(text)
    if (this.#waitingBytes + length + 4 > this.#waiting.length) this.#flush()
    if (this.#count % blockTexts === 0) this.#noteStart()
    this.#waiting.writeUInt32LE(length, this.#waitingBytes)
    this.#waiting.write(text, this.#waitingBytes + 4)
    this.#waitingBytes += length + 4
    this.#bytes += length + 4
    this.#count++
  }

  /** The text of a number, counted from 0; undefined where there is none. */
  get(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined
    const known = this.#recent.get(index)
    if (known !== undefined) return known
    if (this.#waitingBytes > 0) this.#flush()
    let at = this.#next.at
    if (index !== this.#next.index) {
      at = this.#starts[Math.floor(index / blockTexts)] ?? 0
      for (let passed = index % blockTexts; passed > 0; passed--) at += 4 + this.#lengthAt(at)
    }
    const length = this.#lengthAt(at)
    const start = this.#placeOf(at + 4, length)
    this.#next = { index: index + 1, at: at + 4 + length }
    const text = this.#window.toString('utf8', start, start + length)
    if (length <= longestRecent) {
      if (this.#recent.size >= recentTexts) this.#recent.clear()
      this.#recent.set(index, text)
    }
    return text
  }

  /** Removes them from the disk. */
  close(): void {
    closeSync(this.#file)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #noteStart(): void {
    const block = this.#count / blockTexts
    if (block >= this.#starts.length) {
      const grown = new Float64Array(this.#starts.length * 2)
      grown.set(this.#starts)
      this.#starts = grown
    }
    this.#starts[block] = this.#bytes
  }

  #lengthAt(at: number): number {
    return this.#window.readUInt32LE(this.#placeOf(at, 4))
  }

  /** Where in the window these bytes of the file are, which is moved to them if need be. */
  #placeOf(at: number, size: number): number {
    if (at < this.#windowAt || at + size > this.#windowEnd) {
      if (size > this.#window.length) this.#window = Buffer.allocUnsafe(size)
      const end = Math.min(this.#bytes, at + this.#window.length)
      for (let read = at; read < end; ) {
        const more = readSync(this.#file, this.#window, read - at, end - read, read)
        if (more === 0) throw new Error('the shared texts of a workbook are gone')
        read += more
      }
      this.#windowAt = at
      this.#windowEnd = end
    }
    return at - this.#windowAt
  }

  #flush(): void {
    for (let written = 0; written < this.#waitingBytes; )
      written += writeSync(this.#file, this.#waiting, written, this.#waitingBytes - written)
    this.#waitingBytes = 0
  }
}
