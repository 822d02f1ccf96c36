import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { displayName } from './file-name.ts'

const jpeg = ['jpg', 'jpeg'] as const

describe('the name of an upload', () => {
  test.each([
    ['hole in the road.jpg', 'hole in the road.jpg'],
    ['路面塌陷.JPEG', '路面塌陷.JPEG'],
    ['../../etc/passwd', 'passwd.jpg'],
    ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
    ['IMG_1.HEIC', 'IMG_1.HEIC.jpg'],
    ['invoice\u202Egpj.exe', 'invoicegpj.exe.jpg'],
    ['a\u0000b\r\nc.jpg', 'abc.jpg'],
    ['.jpg', 'jpg.jpg'],
    ['', 'file.jpg'],
    ['...', 'file.jpg'],
    ['a<b>:"|?*.jpg', 'a_b______.jpg'],
  ])('%j is shown as %j', (sent, shown) => {
    expect(displayName(sent, jpeg)).toBe(shown)
  })

  test('whatever was sent, is short, visible, without a path, and says what the file is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), sent => {
        const name = displayName(sent, jpeg)
        expect([...name].length).toBeLessThanOrEqual(120)
        expect(name).not.toMatch(/[/\\\p{C}\p{Zl}\p{Zp}]|^[.\s]/u)
        expect(name).toMatch(/.\.jpe?g$/i)
        expect(displayName(name, jpeg)).toBe(name)
      }),
    )
  })

  test('that was refused is shown as it was, made safe', () => {
    expect(displayName('/tmp/virus\u202E.exe')).toBe('virus.exe')
    expect(displayName('x'.repeat(500))).toHaveLength(120)
  })
})
