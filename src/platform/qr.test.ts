import jsqr from 'jsqr'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { qrSvg } from './qr.ts'

// The package is CommonJS with a default export of its own; Node and the compiler disagree on where that lands.
const scan = typeof jsqr === 'function' ? jsqr : (jsqr as { default: typeof jsqr.default }).default

test.each([
  'https://answers.example.org/follow?number=2026-000123-7',
  `https://example.org/${'x'.repeat(200)}`,
  '事项 2026-000123-7',
])('a phone reads back what the code says: %s', async text => {
  const { data, info } = await sharp(Buffer.from(qrSvg(text, 'code')), { density: 200 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(scan(new Uint8ClampedArray(data), info.width, info.height)?.data).toBe(text)
})

test('the code is black on white with four modules of white around it', async () => {
  const svg = qrSvg('https://example.org', 'code')
  const edge = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const { data } = await sharp(Buffer.from(svg))
    .resize(edge, edge, { kernel: 'nearest' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const border = [...data].filter(
    (_, i) =>
      Math.min(i % edge, edge - 1 - (i % edge), Math.floor(i / edge), edge - 1 - Math.floor(i / edge)) < 4,
  )
  expect(border.every(pixel => pixel === 255)).toBe(true)
})

test('the code says in words what it is, and the words cannot break out of it', () => {
  expect(qrSvg('x', '二维码 "<&>')).toContain('role="img" aria-label="二维码 &#34;&#60;&#38;&#62;"')
})

test('a receipt’s code stays small', () => {
  expect(qrSvg('https://answers.example.org/follow?number=2026-000123-7', 'code').length).toBeLessThan(6000)
})
