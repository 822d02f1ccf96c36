/** Tells the content type of a part of an OOXML package by its name. */
export type PartTypes = { of(name: string): string | undefined }

/** Reads `[Content_Types].xml` (ECMA-376 part 2, section 10.1.2.3): overrides by part, else defaults by extension. */
export function partTypes(xml: string): PartTypes {
  const overrides = new Map<string, string>()
  const defaults = new Map<string, string>()
  for (const [, tag = '', attributes = ''] of xml.matchAll(
    /<(?:\w{1,20}:)?(Override|Default)\b([^<>]{0,2000})>/g,
  )) {
    const type = attribute(attributes, 'ContentType')
    const part = attribute(attributes, tag === 'Override' ? 'PartName' : 'Extension')
    if (type === undefined || part === undefined) continue
    // Names of parts are compared without regard to case.
    if (tag === 'Override') overrides.set(part.replace(/^\//, '').toLowerCase(), type)
    else defaults.set(part.toLowerCase(), type)
  }
  return {
    of(name) {
      const key = name.toLowerCase()
      return overrides.get(key) ?? defaults.get(key.slice(key.lastIndexOf('.') + 1))
    },
  }
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes)
  return found?.[1] ?? found?.[2]
}
