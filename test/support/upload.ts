import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { Visitor } from './visitor.ts'

/** A file as a form sends it. */
export type SentFile = { field: string; name: string; content: Buffer }

/** A form with files as it goes over the line. */
export function multipart(
  files: readonly SentFile[],
  fields: Readonly<Record<string, string>> = {},
): { payload: Buffer; headers: { 'content-type': string } } {
  const boundary = `----test${crypto.randomUUID()}`
  const part = (head: string, content: Buffer) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      content,
      Buffer.from('\r\n'),
    ])
  const payload = Buffer.concat([
    ...files.map(({ field, name, content }) => part(`name="${field}"; filename="${name}"`, content)),
    ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, Buffer.from(value))),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

/** Posts a form with files, as the visitor's browser would. */
export async function upload(
  app: FastifyInstance,
  browser: Visitor,
  url: string,
  files: readonly SentFile[],
  fields: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  const form = multipart(files, fields)
  return app.inject({
    method: 'POST',
    url,
    payload: form.payload,
    headers: {
      ...form.headers,
      host: 'localhost',
      accept: 'text/html',
      'accept-language': 'en',
      cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  })
}
