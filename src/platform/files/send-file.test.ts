import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import fastify from 'fastify'
import { afterAll, describe, expect, test } from 'vitest'
import { NotFound } from '../errors.ts'
import { acceptUpload, type StoredFile } from './accept-upload.ts'
import { newFolder, pdf, phonePhoto } from './fixtures/documents.ts'
import { isRefusal } from './refusal.ts'
import { contentDisposition, sendFile } from './send-file.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'send-'))
const folder = newFolder(dataDir)
const app = fastify()
let serving: StoredFile | undefined
app.get('/file', (_request, reply) => serving && sendFile(reply, folder, serving))
app.get('/thumbnail', (_request, reply) => serving && sendFile(reply, folder, serving, 'thumbnail'))

afterAll(async () => {
  await app.close()
  await rm(dataDir, { recursive: true })
})

async function store(content: Buffer, name: string): Promise<StoredFile> {
  const result = await acceptUpload(folder, { stream: Readable.from([content]), name }, { maxBytes: 1e6 })
  if (isRefusal(result)) throw new Error(result.refused)
  serving = result
  return result
}

describe('a file that is served', () => {
  test('is whole, in a sandbox, never cached by others, and never taken for anything else', async () => {
    const file = await store(await phonePhoto(), '路.jpg')
    const response = await app.inject('/file')
    expect(response.statusCode).toBe(200)
    expect(response.rawPayload).toHaveLength(file.size)
    expect(response.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(file.size),
      'content-disposition': `inline; filename="_.jpg"; filename*=UTF-8''%E8%B7%AF.jpg`,
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  test('shows its thumbnail as a small picture', async () => {
    const file = await store(await phonePhoto(1000, 1000), 'a.jpg')
    const response = await app.inject('/thumbnail')
    expect(response.headers['content-type']).toBe('image/webp')
    expect(response.rawPayload.length).toBeLessThan(file.size)
    expect(response.rawPayload.subarray(8, 12).toString()).toBe('WEBP')
  })

  test('that is not a picture is saved, not shown', async () => {
    await store(pdf(), 'a.pdf')
    expect((await app.inject('/file')).headers['content-disposition']).toMatch(/^attachment;/)
  })

  test('that is not on disk is not found', async () => {
    app.log.level = 'silent'
    const file = await store(pdf(), 'a.pdf')
    const gone = { ...file, id: file.id.replace(/.$/, file.id.endsWith('0') ? '1' : '0') }
    const reply = {} as Parameters<typeof sendFile>[0]
    await expect(sendFile(reply, folder, gone)).rejects.toThrow(NotFound)
  })
})

test('a name that is sent in a header cannot end the header or the value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      const header = contentDisposition('attachment', name)
      expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/)
      expect(header.split('"')).toHaveLength(3)
      expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name.toWellFormed())
    }),
  )
})
