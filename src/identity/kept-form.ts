import type { FastifyRequest } from 'fastify'
import type { Office } from '../platform/office.ts'
import { isSecretField, postedFields } from '../ui/typed-texts.ts'
import { safePath } from './safe-path.ts'
import { openField, sealField } from './sealed-field.ts'

/** A form that was sent after its session had ended, kept until its sender has signed in again. */
export type KeptForm = { path: string; fields: [name: string, value: string][]; files: boolean }

// The body limit of the server is a megabyte, and the sealed form has to come back within it.
const largest = 500_000

/** Seals a posted form for the sign-in page to carry; undefined where it holds a secret or is too large. */
export async function keepForm(office: Office, request: FastifyRequest): Promise<string | undefined> {
  const path = safePath(request.url)
  if (request.method !== 'POST' || path === undefined) return undefined
  const { fields, files } = request.isMultipart()
    ? await readParts(request)
    : { fields: postedFields(request.body), files: false }
  if (fields.length === 0 || fields.some(([name]) => isSecretField(name))) return undefined
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return size > largest ? undefined : sealField(office, 'kept-form', { path, fields, files })
}

/** Opens a kept form that came back with a sign-in. */
export function openKeptForm(office: Office, sealed: string | undefined): KeptForm | undefined {
  return openField(office, 'kept-form', sealed) as KeptForm | undefined
}

// Files are let go: a browser does not send them twice unasked, and keeping them here for who is not signed in would
// let anyone fill the disk.
async function readParts(request: FastifyRequest): Promise<Pick<KeptForm, 'fields' | 'files'>> {
  const fields: KeptForm['fields'] = []
  let files = false
  for await (const part of request.parts({ limits: { files: 12, fields: 200, fieldSize: largest } })) {
    if (part.type === 'field') {
      // Half of what was typed is worse than none: it looks whole.
      if (part.valueTruncated) return { fields: [], files }
      fields.push([part.fieldname, String(part.value)])
    } else {
      files ||= part.filename !== ''
      part.file.resume()
    }
  }
  return { fields, files }
}
