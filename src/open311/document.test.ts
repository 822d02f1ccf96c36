import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseXml } from '../../test/support/open311.ts'
import { list, type Node, write } from './document.ts'

const requests = (count: number) =>
  list(
    'request',
    Array.from({ length: count }, (_, n) => ({ service_request_id: `${n}`, lat: 1.5, description: null })),
  )

describe('a list in JSON is an array and in XML elements of one name', () => {
  test.each([0, 1, 2])('with %i in it', count => {
    const json = JSON.parse(write('json', 'service_requests', requests(count)))
    expect(json).toHaveLength(count)
    expect(Array.isArray(json)).toBe(true)
    const { root, node } = parseXml(write('xml', 'service_requests', requests(count)))
    expect(root).toBe('service_requests')
    expect(node.request ?? []).toHaveLength(count)
  })

  test.each([0, 1, 2])('with %i inside an object', count => {
    const definition = { service_code: 'x', attributes: list('attribute', Array(count).fill({ code: 'y' })) }
    expect(JSON.parse(write('json', 'service_definition', definition))).toEqual({
      service_code: 'x',
      attributes: Array(count).fill({ code: 'y' }),
    })
    expect(write('xml', 'service_definition', definition)).toContain(
      count === 0 ? '<attributes/>' : '<attributes><attribute><code>y</code></attribute>',
    )
  })
})

test('the declaration names the encoding, and stands before everything else', () => {
  expect(write('xml', 'errors', list('error', []))).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<errors/>\n',
  )
})

test('what is empty is there and empty, what is left out is not there', () => {
  const node = { description: null, notes: '', zipcode: undefined, metadata: false, order: 1 }
  expect(JSON.parse(write('json', 'x', node))).toEqual({
    description: null,
    notes: '',
    metadata: false,
    order: 1,
  })
  expect(write('xml', 'x', node)).toContain(
    '<x><description/><notes/><metadata>false</metadata><order>1</order></x>',
  )
})

test('whatever is written can be read again, by a parser of others', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('<a>&amp;]]>', '\r\n', '\u0000\uFFFF', '柳镇🙂'),
  )
  fc.assert(
    fc.property(text, said => {
      const { node } = parseXml(write('xml', 'x', { said: `[${said}]` } as Node))
      const expected = said.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
      expect(String(node.said).replaceAll('&#13;', '\r')).toBe(`[${expected}]`)
    }),
  )
})
