import { createSecretKey, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SealBroken } from './errors.ts'
import { createSealStream, createUnsealStream, sealedFileSize } from './file-stream.ts'
import { createDataKey, createTenantKey } from './keys.ts'

const { key: tenantKey } = createTenantKey(createSecretKey(randomBytes(32)), 1)
const { key } = createDataKey(tenantKey, 'case-a')
const chunk = 64 * 1024
const header = 65

const sealFile = (plain: Buffer, pieces = [plain], place = 'photo') =>
  buffer(Readable.from(pieces).compose(createSealStream(key, place)))
const unsealFile = (sealed: Buffer, pieces = [sealed], place = 'photo', under = key) =>
  buffer(Readable.from(pieces).compose(createUnsealStream(under, place)))

function cut(whole: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (const size of sizes) {
    pieces.push(whole.subarray(from, from + size))
    from += size
  }
  return [...pieces, whole.subarray(from)].filter(piece => piece.length > 0)
}

describe('a sealed file', () => {
  test.each([0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 7])(
    'of %i bytes comes back whole, and has the size foretold',
    async size => {
      const plain = randomBytes(size)
      const sealed = await sealFile(plain)
      expect(sealed).toHaveLength(sealedFileSize(size))
      expect((await unsealFile(sealed)).equals(plain)).toBe(true)
    },
  )

  test('comes back whole however it is cut into pieces on its way in and out', async () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 * chunk })),
      {
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4 * chunk }), sizes, sizes, async (size, ins, outs) => {
        const plain = randomBytes(size)
        const sealed = await sealFile(plain, cut(plain, ins))
        expect((await unsealFile(sealed, cut(sealed, outs))).equals(plain)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  test('cut short anywhere is refused, at the edge of a chunk too', async () => {
    const sealed = await sealFile(randomBytes(2 * chunk + 100))
    const edges = [
      0,
      1,
      header - 1,
      header,
      header + 1,
      header + chunk,
      header + chunk + 16,
      header + 2 * (chunk + 16),
    ]
    for (const length of [...edges, sealed.length - 1])
      await expect(unsealFile(sealed.subarray(0, length))).rejects.toThrow(SealBroken)
  })

  test('with chunks exchanged, repeated, dropped or appended is refused', async () => {
    const sealed = await sealFile(randomBytes(3 * chunk))
    const size = chunk + 16
    const part = (n: number) => sealed.subarray(header + n * size, header + (n + 1) * size)
    const head = sealed.subarray(0, header)
    for (const order of [[1, 0, 2], [0, 2], [0, 0, 1, 2], [0, 1, 2, 2], [0, 1], [2]])
      await expect(unsealFile(Buffer.concat([head, ...order.map(part)]))).rejects.toThrow(SealBroken)
    const other = await sealFile(randomBytes(3 * chunk))
    await expect(
      unsealFile(Buffer.concat([head, part(0), other.subarray(header + size, header + 2 * size), part(2)])),
    ).rejects.toThrow(SealBroken)
  })

  test('with a bit changed in header, body or tag is refused', async () => {
    const sealed = await sealFile(randomBytes(chunk + 10))
    for (const at of [0, 5, 40, header, header + chunk, header + chunk + 16, sealed.length - 1]) {
      const altered = Buffer.from(sealed)
      altered.writeUInt8(altered.readUInt8(at) ^ 4, at)
      await expect(unsealFile(altered)).rejects.toThrow(SealBroken)
    }
  })

  test('opens neither in another place nor under the key of another case', async () => {
    const sealed = await sealFile(randomBytes(1000))
    await expect(unsealFile(sealed, [sealed], 'elsewhere')).rejects.toThrow(SealBroken)
    const other = createDataKey(tenantKey, 'case-b')
    await expect(unsealFile(sealed, [sealed], 'photo', other.key)).rejects.toThrow(SealBroken)
  })
})
