import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributes, type Content, html, join, nothing, safeUrl, trustedHtml } from './html.ts'

const decode = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

// Any text at all, with the characters that matter to markup far more often than chance would have them.
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('<', '>', '"', "'", '&', '=', '/', ' ', '`', '</p>', '<script>', '&lt;', '-->', '名'),
    )
    .map(x => x.join('')),
)

describe('what a person typed stays text', () => {
  it('in an element and in attributes, whatever it is', () => {
    fc.assert(
      fc.property(anyText, text => {
        const out = String(html`<p title="${text}" lang='${text}'>${text}</p>`)
        const parts = /^<p title="([^"<>]*)" lang='([^'<>]*)'>([^<>]*)<\/p>$/.exec(out)
        expect(parts?.slice(1).map(decode)).toEqual([text, text, text])
      }),
    )
  })

  it('through arrays, nested templates, joins and attribute records', () => {
    fc.assert(
      fc.property(fc.array(anyText), texts => {
        const items = texts.map(text => html`<li${attributes({ title: text })}>${text}</li>`)
        const out = String(html`<ul>${items}</ul>${join(texts, html`<br>`)}`)
        expect(out.match(/<(?!\/?(?:ul|li|br)\b)/)).toBeNull()
        expect(out.match(/<li title="[^"<>]*">[^<>]*<\/li>/g)?.length ?? 0).toBe(texts.length)
      }),
    )
  })

  it('even as markup inside an attribute it cannot end the attribute', () => {
    fc.assert(
      fc.property(anyText, text => {
        const out = String(html`<p title="${html`<b class="x">${text}</b>`}"></p>`)
        expect(out).toMatch(/^<p title="[^"]*"><\/p>$/)
      }),
    )
  })
})

describe('what prints nothing', () => {
  it('is left out', () => {
    expect(String(html`a${undefined}${null}${false}${nothing}${[]}b`)).toBe('ab')
    expect(String(html`<i${attributes({ a: undefined, b: null, c: false, d: true, e: 0, f: '' })}>`)).toBe(
      '<i d e="0" f="">',
    )
  })

  it('does not swallow zero', () => {
    expect(String(html`${0}${0n}`)).toBe('00')
  })
})

describe('mistakes of ours are found the first time a template is used', () => {
  it.each([
    ['an unquoted attribute', () => html`<p title=${'x'}></p>`],
    ['a script', () => html`<script>let a = ${'x'}</script>`],
    ['a style', () => html`<style>p { color: ${'red'} }</style>`],
    ['a comment', () => html`<!-- ${'x'} -->`],
    ['an event handler', () => html`<p onclick="${'x'}"></p>`],
    ['a style attribute', () => html`<p style="color: ${'red'}"></p>`],
    ['plain text among attributes', () => html`<p ${'onclick=x'}></p>`],
    ['a handler in an attribute record', () => html`<p${attributes({ onclick: 'x' })}></p>`],
    ['a name with a space in an attribute record', () => html`<p${attributes({ 'a b': 'x' })}></p>`],
    ['a promise that was not awaited', () => html`${Promise.resolve('x') as unknown as Content}`],
    ['a plain object', () => html`${{ toString: () => '<b>' } as unknown as Content}`],
  ])('%s', (_, make) => {
    expect(make).toThrow()
  })

  it('but quoted attributes with = and > in them are understood', () => {
    expect(String(html`<a title="a > b" data-x='c="d"' href="/x?a=${'1&2'}">${'t'}</a>`)).toBe(
      `<a title="a > b" data-x='c="d"' href="/x?a=1&amp;2">t</a>`,
    )
  })
})

describe('addresses', () => {
  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:x',
    'java\tscript:x',
    'data:text/html,x',
    'vbscript:x',
  ])('%j leads nowhere', address => {
    expect(String(html`<a href="${address}">x</a>`)).toBe('<a href="#">x</a>')
    expect(String(html`<a${attributes({ href: address })}>x</a>`)).toBe('<a href="#">x</a>')
  })

  it.each([
    '/cases/1?a=b:c',
    '?q=a:b',
    '#top',
    'https://example.org/x',
    'mailto:a@b.c',
    'tel:123',
    'webcal://example.org/x.ics',
    'page',
  ])('%s is kept', address => {
    expect(safeUrl(address)).toBe(address)
  })
})

it('trusted markup is printed as it is', () => {
  expect(String(html`<div>${trustedHtml('<svg></svg>')}</div>`)).toBe('<div><svg></svg></div>')
})
