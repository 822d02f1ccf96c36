import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import { additional, messageKeys } from './cipher.ts'
import { SealBroken } from './errors.ts'
import type { DataKey } from './keys.ts'

// version (1) ‖ salt (32) ‖ commitment (32) ‖ chunks, each ciphertext ‖ tag (16)
//
// The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): a chunk's nonce is its number and whether
// it is the last, under a key of this file alone. Chunks can be neither reordered, dropped nor moved between
// files, and a file cut at a chunk's edge is seen, because its last chunk does not say it is the last.
const VERSION = 1
const SALT = 32
const HEADER = 1 + SALT + 32
const TAG = 16
const CHUNK = 64 * 1024

/** Encrypts a file on its way to disk in constant memory; `place` is as in `seal`. */
export function createSealStream(key: DataKey, place: string): Transform {
  const salt = randomBytes(SALT)
  const { messageKey, commitment } = messageKeys(key, salt)
  const aad = additional(`file ${place}`)
  let number = 0
  const sealChunk = (plain: Buffer, last: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', messageKey, chunkNonce(number++, last))
    cipher.setAAD(aad)
    const body = cipher.update(plain)
    cipher.final()
    return [body, cipher.getAuthTag()]
  }
  return inChunks(CHUNK, {
    header: Buffer.concat([Buffer.of(VERSION), salt, commitment]),
    chunk: sealChunk,
  })
}

/**
 * Decrypts a file sealed for the same place. What it emits is authentic and in order; that it is complete is known
 * at its end only, where a cut or altered file destroys the stream with SealBroken.
 */
export function createUnsealStream(key: DataKey, place: string): Transform {
  const aad = additional(`file ${place}`)
  let messageKey: Buffer | undefined
  let number = 0
  const readHeader = (header: Buffer) => {
    if (header[0] !== VERSION) throw new SealBroken(`The sealed file is of an unknown version ${header[0]}`)
    const keys = messageKeys(key, header.subarray(1, 1 + SALT))
    if (!timingSafeEqual(keys.commitment, header.subarray(1 + SALT))) {
      throw new SealBroken('The file was sealed under another key, or altered')
    }
    messageKey = keys.messageKey
  }
  const openChunk = (sealed: Buffer, last: boolean) => {
    if (!messageKey || sealed.length < TAG) throw new SealBroken('The sealed file is cut short')
    const decipher = createDecipheriv('aes-256-gcm', messageKey, chunkNonce(number++, last), {
      authTagLength: TAG,
    })
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
    const plain = decipher.update(sealed.subarray(0, sealed.length - TAG))
    try {
      decipher.final()
    } catch (cause) {
      throw new SealBroken('The sealed file was altered or cut short, or belongs to another place', { cause })
    }
    return [plain]
  }
  return inChunks(CHUNK + TAG, { skip: { bytes: HEADER, read: readHeader }, chunk: openChunk })
}

/** Bytes on disk of a sealed file that holds `plain` bytes. */
export function sealedFileSize(plain: number): number {
  return HEADER + plain + TAG * Math.max(1, Math.ceil(plain / CHUNK))
}

type ChunkWork = {
  readonly header?: Buffer
  readonly skip?: { readonly bytes: number; readonly read: (header: Buffer) => void }
  readonly chunk: (piece: Buffer, last: boolean) => Buffer[]
}

// Cuts what arrives into pieces of one size. A piece is worked on only once a byte after it has arrived: until
// then it may be the last, and the last is marked.
function inChunks(size: number, work: ChunkWork): Transform {
  let held: Buffer[] = []
  let length = 0
  let toSkip = work.skip?.bytes ?? 0
  const take = (bytes: number): Buffer => {
    const all = held.length === 1 && held[0] ? held[0] : Buffer.concat(held, length)
    held = [all.subarray(bytes)]
    length -= bytes
    return all.subarray(0, bytes)
  }
  const emit = (stream: Transform, pieces: Buffer[]) => {
    for (const piece of pieces) if (piece.length > 0) stream.push(piece)
  }
  return new Transform({
    construct(done) {
      if (work.header) this.push(work.header)
      done()
    },
    transform(data: Buffer, _encoding, done: TransformCallback) {
      try {
        held.push(data)
        length += data.length
        if (toSkip > 0 && length >= toSkip) {
          work.skip?.read(take(toSkip))
          toSkip = 0
        }
        while (toSkip === 0 && length > size) emit(this, work.chunk(take(size), false))
        done()
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        if (toSkip > 0) throw new SealBroken('The sealed file is cut short')
        emit(this, work.chunk(take(length), true))
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

function chunkNonce(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}
