import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'

/** What is done with the parts of an XML text as they come; names are without their prefix. */
export type XmlHandler = {
  open?(name: string, attribute: (name: string) => string | undefined): void
  close?(name: string): void
  text?(text: string): void
}

/**
 * Characters in which some tag or text has to end, for the parser keeps each whole until then, and comments as well. The
 * longest that a workbook can need is a full cell with every sign escaped: 32,767 times the 8 signs of `&#xFFFF;`.
 */
const longestPiece = 500_000
/** Elements within elements, each of which the parser keeps; workbooks need some ten. */
const deepest = 64
/** Bytes given to the parser at once: what one piece can ask for is worked out before there is more of it. */
const pieceSize = 16_384

/** No tag or text came to an end where one has to. */
export class XmlTooLong extends Error {}

/**
 * Parses XML as it arrives, in bounded memory; after each piece what it holds can be taken, told how many bytes were
 * read. DTDs are refused, and with them entities that a text defines itself. @throws XmlTooLong, and what the parser or
 * the stream throws
 */
export async function* parseXml(stream: Readable, handler: XmlHandler): AsyncGenerator<number> {
  // It throws what nobody listens for. With one listener more than these five it takes three times as long: it keeps them
  // as properties of its own, and V8 gives up on objects with so many.
  const parser = new SaxesParser()
  let depth = 0
  let ended = false
  let held = 0
  parser.on('opentag', tag => {
    ended = true
    if (++depth > deepest) throw new Error('elements too deep')
    handler.open?.(local(tag.name), name => attributeOf(tag.attributes, name))
  })
  parser.on('closetag', tag => {
    ended = true
    depth--
    handler.close?.(local(tag.name))
  })
  const text = (more: string) => {
    ended = true
    handler.text?.(more)
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('doctype', () => {
    throw new Error('a document type')
  })
  const feed = (piece: string) => {
    ended = false
    parser.write(piece)
    held = ended ? piece.length : held + piece.length
    if (held > longestPiece) throw new XmlTooLong()
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += pieceSize)
      feed(decoder.decode(chunk.subarray(at, at + pieceSize), { stream: true }))
    bytes += chunk.length
    yield bytes
  }
  feed(decoder.decode())
  parser.close()
  yield bytes
}

function attributeOf(attributes: Record<string, string>, name: string): string | undefined {
  const value = attributes[name]
  if (value !== undefined) return value
  const prefixed = Object.keys(attributes).find(key => local(key) === name)
  return prefixed === undefined ? undefined : attributes[prefixed]
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)
