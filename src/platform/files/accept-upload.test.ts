import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { deflateSync } from 'node:zlib'
import { fileTypeFromBuffer } from 'file-type'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { translator } from '../i18n/translator.ts'
import { SealBroken } from '../sealing/errors.ts'
import { acceptUpload, type StoredFile } from './accept-upload.ts'
import { docx, docxParts, hevcPhoto, newFolder, noise, pdf, phonePhoto } from './fixtures/documents.ts'
import { isRefusal, type Refusal } from './refusal.ts'
import { deleteFile, openFile } from './storage.ts'
import { readZip, unpack } from './zip.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'files-'))
afterAll(() => rm(dataDir, { recursive: true }))

const folder = newFolder(dataDir)
const maxBytes = 15_000_000

const send = (content: Buffer, name = 'photo.jpg', into = folder) =>
  acceptUpload(into, { stream: Readable.from(pieces(content)), name }, { maxBytes })

function* pieces(content: Buffer) {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}

async function stored(content: Buffer, name?: string): Promise<StoredFile> {
  const result = await send(content, name)
  if (isRefusal(result)) throw new Error(`refused: ${result.refused}`)
  return result
}

async function refused(content: Buffer, name?: string): Promise<Refusal> {
  const before = await files()
  const result = await send(content, name)
  if (!isRefusal(result)) throw new Error('was taken')
  expect(await files()).toEqual(before)
  return result
}

const files = () => readdir(folder.path).catch(() => [])
const content = async (file: StoredFile) => buffer(await openFile(folder, file.id))

describe('a photo', () => {
  test('is stored upright, and nothing of what the phone wrote beside it is left', async () => {
    const photo = await phonePhoto(400, 300)
    expect((await sharp(photo).metadata()).exif?.includes('Zhang San')).toBe(true)
    const file = await stored(photo)
    expect(file).toMatchObject({
      mediaType: 'image/jpeg',
      width: 300,
      height: 400,
      thumbnail: true,
      name: 'photo.jpg',
    })
    const kept = await content(file)
    const { exif, xmp, iptc, icc, orientation } = await sharp(kept).metadata()
    expect({ exif, xmp, iptc, icc, orientation }).toEqual({})
    for (const trace of ['Zhang', 'Exif', 'GPS', 'Phone', 'ns.adobe'])
      expect(kept.includes(trace)).toBe(false)
  })

  test('is described by the length and digest of what is served', async () => {
    const file = await stored(await phonePhoto())
    const kept = await content(file)
    expect(file.size).toBe(kept.length)
    expect(file.sha256).toBe(createHash('sha256').update(kept).digest('hex'))
  })

  test('has a thumbnail of at most 320 pixels', async () => {
    const file = await stored(await phonePhoto(1600, 1200))
    const small = await sharp(await buffer(await openFile(folder, file.id, 'thumbnail'))).metadata()
    expect(small).toMatchObject({ format: 'webp', width: 240, height: 320 })
  })

  test('larger than 4096 pixels is made smaller, a smaller one is not made larger', async () => {
    expect(await stored(await noise(5000, 100).jpeg().toBuffer())).toMatchObject({ width: 4096, height: 82 })
    expect(await stored(await noise(5, 7).png().toBuffer())).toMatchObject({ width: 5, height: 7 })
  })

  test.each(['png', 'webp'] as const)('in %s stays so and loses its metadata', async format => {
    const photo = await noise(50, 40)
      .toFormat(format)
      .withExif({ IFD0: { Artist: 'Zhang San' } })
      .toBuffer()
    const file = await stored(photo, `shot.${format}`)
    expect(file).toMatchObject({ mediaType: `image/${format}`, width: 50, height: 40 })
    expect((await content(file)).includes('Zhang San')).toBe(false)
  })

  test('in AVIF becomes a JPEG, and its name says so', async () => {
    const file = await stored(await noise(64, 64).avif().toBuffer(), 'photo.avif')
    expect(file).toMatchObject({ mediaType: 'image/jpeg', name: 'photo.avif.jpg' })
    expect((await sharp(await content(file)).metadata()).format).toBe('jpeg')
  })

  test('in HEIC that cannot be decoded is refused with the kinds that can be taken, in both languages', async () => {
    const refusal = await refused(hevcPhoto(), 'IMG_0001.HEIC')
    expect(refusal.refused).toBe('files.refused.heic')
    for (const lang of ['en', 'zh-CN'] as const) {
      const text = translator(lang)(refusal.refused, refusal.values)
      expect(text).toContain('IMG_0001.HEIC')
      expect(text).toContain('JPEG, PNG, WebP, PDF, DOCX')
    }
  })

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('in %s cut short is refused', async format => {
    const photo = await noise(300, 200).toFormat(format).toBuffer()
    for (const part of [0.2, 0.6, 0.95]) {
      const { refused: why } = await refused(photo.subarray(0, photo.length * part))
      expect(why).toBe('files.refused.broken')
    }
  })

  test('that is small as a file and huge as a picture is refused before it is decoded', async () => {
    const bomb = await hugePng(60_000, 60_000)
    const began = performance.now()
    expect((await refused(bomb)).refused).toBe('files.refused.too-many-pixels')
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

describe('what an upload is, is told by its content', () => {
  test('whatever its name says', async () => {
    expect(await stored(pdf(), 'photo.jpg')).toMatchObject({
      mediaType: 'application/pdf',
      name: 'photo.jpg.pdf',
    })
    expect(await stored(await phonePhoto(), 'letter.pdf')).toMatchObject({ name: 'letter.pdf.jpg' })
  })

  test.each([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'page.jpg'],
    [
      'a drawing that can run scripts',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'),
      'a.svg',
    ],
    ['a program', Buffer.from(`MZ${'\0'.repeat(200)}`), 'setup.exe'],
    ['an animation', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), 'a.gif'],
    ['anything else', randomBytes(5000), 'x.docx'],
  ])('%s is refused', async (_what, file, name) => {
    const refusal = await refused(file, name)
    expect(refusal).toMatchObject({ refused: 'files.refused.kind', name })
  })

  test('an empty file is refused', async () => {
    expect((await refused(Buffer.alloc(0))).refused).toBe('files.refused.empty')
  })

  test('one byte above the limit is refused, and the stream is read to its end', async () => {
    const stream = Readable.from(pieces(Buffer.concat([pdf(), Buffer.alloc(30_000_000)])))
    const result = await acceptUpload(folder, { stream, name: 'a.pdf' }, { maxBytes })
    expect(result).toMatchObject({
      refused: 'files.refused.too-large',
      values: { name: 'a.pdf', megabytes: 15 },
    })
    expect(stream.readableEnded).toBe(true)
    const exact = Buffer.concat([Buffer.alloc(maxBytes - pdf().length, '%'), pdf()])
    exact.set(pdf().subarray(0, 20))
    expect(await send(exact, 'a.pdf')).toMatchObject({ size: maxBytes })
  })
})

describe('a PDF', () => {
  test('is stored as it is', async () => {
    const file = await stored(pdf(), '申请.pdf')
    expect(file).toMatchObject({ mediaType: 'application/pdf', name: '申请.pdf', thumbnail: false })
    expect((await content(file)).equals(pdf())).toBe(true)
  })

  test('cut short is refused', async () => {
    expect((await refused(pdf().subarray(0, 150), 'a.pdf')).refused).toBe('files.refused.broken')
  })
})

describe('a Word document', () => {
  test('is stored without the names of those who wrote it, and with every word they wrote', async () => {
    const file = await stored(await docx(), 'letter.docx')
    expect(file).toMatchObject({
      mediaType: expect.stringContaining('wordprocessingml.document'),
      name: 'letter.docx',
    })
    const kept = await content(file)
    expect((await fileTypeFromBuffer(kept))?.ext).toBe('docx')
    const parts = await Promise.all(
      readZip(kept).map(async part => `${part.name}\n${await unpack(part, 1e6)}`),
    )
    expect(parts.map(part => part.split('\n')[0])).toEqual(Object.keys(docxParts))
    expect(parts.join()).not.toMatch(/Zhang|ZS|attachedTemplate/)
    expect(parts.join()).toContain('<w:t>路灯坏了三个月</w:t>')
    expect(parts.join()).toContain('<w:zoom w:percent="100"/>')
  })

  test('in UTF-16 is cleaned too', async () => {
    const utf16 = Buffer.from(`\ufeff${docxParts['word/document.xml']}`, 'utf16le')
    const kept = await content(await stored(await docx({ ...docxParts, 'word/document.xml': utf16 })))
    const [document] = readZip(kept).filter(part => part.name === 'word/document.xml')
    expect(document && (await unpack(document, 1e6)).toString()).toContain('w:author="Author"')
  })

  const types = docxParts['[Content_Types].xml'] ?? ''
  test.each([
    ['a macro', { 'word/vbaProject.bin': 'x' }],
    ['a control', { 'word/activeX/activeX1.xml': '<x/>' }],
    [
      'the type of a document with macros',
      { '[Content_Types].xml': types.replace('document.main', 'document.macroEnabled.main') },
    ],
  ])('with %s is refused', async (_what, more) => {
    expect((await refused(await docx({ ...docxParts, ...more }))).refused).toBe('files.refused.macros')
  })

  test.each([
    ['another archive', { 'a.txt': 'x' }],
    [
      'a spreadsheet',
      { ...docxParts, '[Content_Types].xml': types.replaceAll('wordprocessingml', 'spreadsheetml') },
    ],
  ])('%s is not one', async (_what, parts) => {
    expect((await refused(await docx(parts))).refused).toBe('files.refused.kind')
  })

  test('that is damaged, listed twice or inflates without end is refused', async () => {
    const whole = await docx()
    const twice = Buffer.concat([whole])
    const at = twice.lastIndexOf('docProps/core.xml')
    twice.write('docProps/app.xml\0', at)
    const swollen = await docx({ ...docxParts, 'word/document.xml': Buffer.alloc(40 * 1024 * 1024) })
    const flipped = Buffer.concat([whole])
    flipped[whole.indexOf('[Content_Types].xml') + 25] = 0
    for (const file of [whole.subarray(0, whole.length - 30), twice, swollen, flipped])
      expect((await refused(file)).refused).toBe('files.refused.broken')
  })

  test('made to take a cleaner’s time without end is done with soon', async () => {
    const hostile = `<w:x w:author="${'<Relationship <w:attachedTemplate w:author="'.repeat(200_000)}`
    const began = performance.now()
    await send(
      await docx({ ...docxParts, 'word/document.xml': hostile, 'word/_rels/settings.xml.rels': hostile }),
    )
    // Read in time linear in its length it takes a second; in quadratic time, days.
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})

describe('a stored file', () => {
  test('cannot be read on disk, neither its content nor its name', async () => {
    const file = await stored(pdf(), 'secret-name.pdf')
    expect(await files()).toContain(file.id)
    expect((await readFile(join(folder.path, file.id))).includes('PDF')).toBe(false)
  })

  test('that was altered or cut short is not served as if it were whole', async () => {
    const file = await stored(Buffer.concat([pdf(), randomBytes(200_000), Buffer.from('%%EOF')]), 'a.pdf')
    await truncate(join(folder.path, file.id), 100_000)
    await expect(content(file)).rejects.toThrow(SealBroken)
  })

  test('does not open in another case', async () => {
    const file = await stored(pdf())
    const other = newFolder(dataDir)
    await send(pdf(), 'b.pdf', other)
    await writeFile(join(other.path, file.id), await readFile(join(folder.path, file.id)))
    await expect(buffer(await openFile({ ...other, key: folder.key }, file.id))).rejects.toThrow(SealBroken)
  })

  test('is gone with its thumbnail when it is deleted', async () => {
    const file = await stored(await phonePhoto())
    await deleteFile(folder, file.id)
    expect((await files()).filter(name => name.startsWith(file.id))).toEqual([])
  })

  test('whose sender broke off leaves nothing behind', async () => {
    const before = await files()
    const stream = Readable.from(
      (async function* () {
        yield pdf()
        throw new Error('connection lost')
      })(),
    )
    await expect(acceptUpload(folder, { stream, name: 'a.pdf' }, { maxBytes })).rejects.toThrow(
      'connection lost',
    )
    expect(await files()).toEqual(before)
  })

  test('is asked for by its id alone, never by a path', async () => {
    await expect(openFile(folder, '../../etc/passwd')).rejects.toThrow('not the id')
  })
})

// A PNG whose header claims this many pixels, all of one colour: some kilobytes that unpack to gigabytes.
async function hugePng(width: number, height: number): Promise<Buffer> {
  const small = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
    .png()
    .toBuffer()
  const header = Buffer.concat([small])
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  const { crc32 } = await import('node:zlib')
  header.writeUInt32BE(crc32(header.subarray(12, 29)), 29)
  const rows = deflateSync(Buffer.alloc(1_000_000))
  return Buffer.concat([header.subarray(0, header.indexOf('IEND') - 4), rows])
}
