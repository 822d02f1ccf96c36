import type { Format } from './document.ts'

/** What an address below `/open311/v2/` names. */
export type Target = { resource: string; id?: string | undefined; format?: Format | undefined }

/**
 * Reads an address such as `requests/2026-000123-7.xml`; undefined where it is too long for any. Some clients join it
 * to the endpoint with a slash too many, which changes nothing.
 */
export function parsePath(path: string): Target | undefined {
  const parts = path.split('/').filter(part => part !== '')
  const [, name = '', format] = /^(.*?)(?:\.(xml|json))?$/.exec(parts.pop() ?? '') ?? []
  const asked = { format: format as Format | undefined }
  const [above] = parts
  if (parts.length > 1) return undefined
  return above === undefined ? { resource: name, ...asked } : { resource: above, id: name, ...asked }
}
