import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'

/** What is done with the parts of an XML text as they come; names are without their prefix. */
export type XmlHandler = {
  open?(name: string, attribute: (name: string) => string | undefined): void
  close?(name: string): void
  text?(text: string): void
}

/**
 * Parses XML as it arrives; after each piece what it holds can be taken, told how many bytes were read. Entities that a
 * text defines itself are refused by the parser. @throws what the parser or the stream throws
 */
export async function* parseXml(stream: Readable, handler: XmlHandler): AsyncGenerator<number> {
  const parser = new SaxesParser()
  parser.on('opentag', tag => {
    handler.open?.(local(tag.name), name => attributeOf(tag.attributes, name))
  })
  parser.on('closetag', tag => handler.close?.(local(tag.name)))
  parser.on('text', text => handler.text?.(text))
  parser.on('cdata', text => handler.text?.(text))
  parser.on('error', error => {
    throw error
  })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    parser.write(decoder.decode(chunk, { stream: true }))
    yield bytes
  }
  parser.write(decoder.decode()).close()
  yield bytes
}

function attributeOf(attributes: Record<string, string>, name: string): string | undefined {
  const value = attributes[name]
  if (value !== undefined) return value
  const prefixed = Object.keys(attributes).find(key => local(key) === name)
  return prefixed === undefined ? undefined : attributes[prefixed]
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)
