import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import multipart from '@fastify/multipart'
import fastify from 'fastify'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { docx, hevcPhoto, newFolder, pdf, phonePhoto } from './fixtures/documents.ts'
import { readUploadForm, type UploadForm } from './upload-form.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'form-'))
const limits = { files: 3, fileBytes: 200_000, totalBytes: 2_000_000 }
let folder = newFolder(dataDir)
let form: UploadForm | undefined
const seen: (() => void)[] = []

const app = fastify()
await app.register(multipart)
app.post('/', async (request, reply) => {
  form = await readUploadForm(request, reply, folder, limits)
  for (const tell of seen.splice(0)) tell()
  return form
})
const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)

afterAll(async () => {
  await app.close()
  await rm(dataDir, { recursive: true })
})
beforeEach(() => {
  folder = newFolder(dataDir)
  form = undefined
})

type Part = readonly [field: string, content: string | Buffer, name?: string]

async function send(...parts: Part[]) {
  const body = new FormData()
  for (const [field, content, name] of parts) {
    if (typeof content === 'string') body.append(field, content)
    else body.append(field, new Blob([new Uint8Array(content)]), name)
  }
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
  return { status: response.status, form: (await response.json()) as UploadForm }
}

describe('a form with files', () => {
  test('brings what was typed, in any language, and its files', async () => {
    const { form } = await send(
      ['what', '路灯坏了，\n三个月没人修'],
      ['photos', await phonePhoto(), '照片.jpg'],
      ['photos', pdf(), 'letter.pdf'],
      ['kind', 'a'],
      ['kind', 'b'],
    )
    expect(form.fields).toEqual({ what: ['路灯坏了，\r\n三个月没人修'], kind: ['a', 'b'] })
    expect(form.files.map(({ field, file }) => [field, file.name])).toEqual([
      ['photos', '照片.jpg'],
      ['photos', 'letter.pdf'],
    ])
    expect(form).toMatchObject({ refusals: [], end: 'complete' })
    expect(await readdir(folder.path)).toHaveLength(3)
  })

  test('keeps the good files and the typed fields when others are refused', async () => {
    const { status, form } = await send(
      ['before', 'x'],
      ['photos', hevcPhoto(), 'a.heic'],
      ['photos', await docx(), 'b.docx'],
      ['photos', randomBytes(400_000), 'large.jpg'],
      ['photos', Buffer.from('not a photo'), 'c.jpg'],
      ['after', 'y'],
    )
    expect(status).toBe(200)
    expect(form.fields).toEqual({ before: ['x'], after: ['y'] })
    expect(form.files.map(({ file }) => file.name)).toEqual(['b.docx'])
    expect(form.refusals.map(({ refusal }) => [refusal.name, refusal.refused])).toEqual([
      ['a.heic', 'files.refused.heic'],
      ['large.jpg', 'files.refused.too-large'],
      ['c.jpg', 'files.refused.kind'],
    ])
  })

  test('with more files than may be added keeps the first and names the others', async () => {
    const { form } = await send(...[1, 2, 3, 4, 5].map(n => ['photos', pdf(), `${n}.pdf`] as const), [
      'after',
      'y',
    ])
    expect(form.files.map(({ file }) => file.name)).toEqual(['1.pdf', '2.pdf', '3.pdf'])
    expect(form.refusals.map(({ refusal }) => [refusal.name, refusal.refused, refusal.values.files])).toEqual(
      [
        ['4.pdf', 'files.refused.too-many', 3],
        ['5.pdf', 'files.refused.too-many', 3],
      ],
    )
    expect(form.fields).toEqual({ after: ['y'] })
  })

  test('whose file field was left empty has no file and no fault', async () => {
    const { form } = await send(['what', 'x'], ['photos', Buffer.alloc(0), ''])
    expect(form).toEqual({ fields: { what: ['x'] }, files: [], refusals: [], end: 'complete' })
  })

  test('that is too large as a whole is not read to its end', async () => {
    expect(await send(['photos', Buffer.alloc(3_000_000), 'a.pdf'])).toMatchObject({
      status: 413,
      form: { end: 'too-large' },
    })
  })

  test('that does not say how large it is, is cut off when it is too large', async () => {
    const chunk = Buffer.alloc(64 * 1024)
    let sent = 0
    const client = raw('Transfer-Encoding: chunked')
    const head = part('photos', 'a.pdf')
    client.write(`${head.length.toString(16)}\r\n${head}\r\n`)
    const closed = new Promise<void>(resolve => client.on('close', resolve).on('error', () => {}))
    const pump = () => {
      while (!client.destroyed && sent < 500_000_000) {
        sent += chunk.length
        if (!client.write(Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]))) break
      }
    }
    client.on('drain', pump)
    pump()
    await closed
    expect(form?.end).toBe('too-large')
    expect(sent).toBeLessThan(20_000_000)
    expect(await readdir(folder.path)).toEqual([])
  })

  test('whose connection drops keeps what had arrived, and no half of a file', async () => {
    const client = raw('Content-Length: 1500000')
    const done = new Promise<void>(resolve => seen.push(resolve))
    client.write(
      `--b\r\nContent-Disposition: form-data; name="what"\r\n\r\nlamp\r\n${part('photos', 'whole.pdf')}`,
    )
    client.write(pdf())
    client.write(`\r\n${part('photos', 'half.pdf')}%PDF-1.4 half`)
    await new Promise(resolve => setTimeout(resolve, 200))
    client.destroy()
    await done
    expect(form).toMatchObject({ fields: { what: ['lamp'] }, end: 'cut', refusals: [] })
    expect(form?.files.map(({ file }) => file.name)).toEqual(['whole.pdf'])
    expect(await readdir(folder.path)).toEqual([form?.files[0]?.file.id])
  })

  test('that ends in the middle keeps what had arrived', async () => {
    const client = raw('Content-Length: 70')
    const done = new Promise<void>(resolve => seen.push(resolve))
    client.write(
      `--b\r\nContent-Disposition: form-data; name="what"\r\n\r\nlamp\r\n--b\r\nCon`.padEnd(70, 't'),
    )
    await done
    client.destroy()
    expect(form).toMatchObject({ fields: { what: ['lamp'] }, end: 'cut' })
  })

  test('cannot reach into the program by the names of its fields', async () => {
    expect((await send(['__proto__', 'x'], ['what', 'y'])).status).toBe(400)
    const { form } = await send(['polluted', 'x'])
    expect(Object.hasOwn(form.fields, 'polluted')).toBe(true)
  })
})

function raw(length: string) {
  const client = connect(port, '127.0.0.1')
  client.on('error', () => {})
  client.write(
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n${length}\r\n\r\n`,
  )
  return client
}

const part = (field: string, name: string) =>
  `--b\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`
