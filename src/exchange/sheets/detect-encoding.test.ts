import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { languages } from '../../platform/i18n/languages.ts'
import { guessEncoding } from './detect-encoding.ts'

// Texts as programs save them. Encoders are the decoders of the platform turned round.

const written = { gb18030: encoderOf('gb18030'), 'windows-1252': encoderOf('windows-1252') }

function encoderOf(encoding: 'gb18030' | 'windows-1252'): (text: string) => Buffer {
  const decoder = new TextDecoder(encoding)
  const table = new Map<string, number[]>()
  const add = (...bytes: number[]) => {
    const sign = decoder.decode(Uint8Array.from(bytes))
    if ([...sign].length === 1 && !table.has(sign)) table.set(sign, bytes)
  }
  for (let byte = 0; byte < 0x100; byte++) add(byte)
  if (encoding === 'gb18030')
    for (let lead = 0x81; lead < 0xff; lead++) for (let next = 0x40; next < 0xff; next++) add(lead, next)
  return text =>
    Buffer.from(
      [...text].flatMap(sign => {
        const bytes = table.get(sign)
        if (!bytes) throw new Error(`no ${encoding} for ${sign}`)
        return bytes
      }),
    )
}

/** The characters of GB 2312 between two leading bytes: 3,755 common ones up to D7, 3,008 rarer ones up to F7. */
function hanzi(from: number, to: number): string[] {
  const decoder = new TextDecoder('gb18030')
  const all: string[] = []
  for (let lead = from; lead <= to; lead++)
    for (let next = 0xa1; next <= 0xfe; next++) all.push(decoder.decode(Uint8Array.of(lead, next)))
  return all.filter(sign => /^\p{Script=Han}$/u.test(sign))
}

const common = fc.constantFrom(...hanzi(0xb0, 0xd7))
const rare = fc.constantFrom(...hanzi(0xd8, 0xf7))
const beside = fc.constantFrom(...'，。：；（）“”、', ...'abcXYZ019 ,;"/-')
const traditional = fc.constantFrom(...'繁體龍鳳電話號碼點燈壞樓東門')
const chinese = fc
  .array(
    fc.oneof(
      { weight: 16, arbitrary: common },
      { weight: 3, arbitrary: rare },
      { weight: 2, arbitrary: traditional },
      { weight: 8, arbitrary: beside },
    ),
    { minLength: 30, maxLength: 200 },
  )
  .map(signs => signs.join(''))

const words =
  'Straße Größe Füße süß grüßen gemäß Gefäß Häuser über öffnen Öl Ärger ÄRGER BÜRGERSTRASSE Übergröße Müll Lärm ' +
  'été créé créée CRÉÉE agréé déjà élève ÉLÈVE ÉTÉ l’été d’état «à» « où » garçon FRANÇAIS Noël naïf œuvre cœur hôtel ' +
  'forêt août EMBOUTEILLÉ n°é 5 € §§ 20 °C – … “écrit” „groß“ the lamp is out niño ¿Él? ¡Ánimo! organização situações'
const western = fc
  .array(
    fc.tuple(fc.constantFrom(...words.split(' ')), fc.constantFrom(' ', ',', ';', '\r\n', '.', '"', ' 7')),
    {
      maxLength: 60,
    },
  )
  .map(parts => parts.flat().join(''))

describe('the encoding of a text file is told by its bytes', () => {
  test('Chinese as Excel saves it in China is GB18030, whoever reads it', () => {
    fc.assert(
      fc.property(chinese, fc.constantFrom(...languages), (text, lang) => {
        expect(guessEncoding(written.gb18030(text), lang)).toBe('gb18030')
      }),
    )
  })

  test('and is so where an old program cut signs in two at the end of its columns', () => {
    fc.assert(
      fc.property(fc.array(chinese, { minLength: 1, maxLength: 4 }), texts => {
        const cut = texts.flatMap(text => [written.gb18030(`${text}路`).subarray(0, -1), Buffer.from(',')])
        expect(guessEncoding(Buffer.concat(cut), 'en')).toBe('gb18030')
      }),
    )
  })

  test('German, French and other Western words in Windows-1252 are never read as Chinese in English', () => {
    fc.assert(
      fc.property(western, text => {
        const expected = /[^ -~\r\n]/.test(text) ? 'windows-1252' : 'utf-8'
        expect([text, guessEncoding(written['windows-1252'](text), 'en')]).toEqual([text, expected])
      }),
      { numRuns: 500 },
    )
  })

  test('nor in Chinese, unless there is almost nothing to go by', () => {
    fc.assert(
      fc.property(western, text => {
        const sentence = `Für die Behörde: ${text} une requête a été déposée`
        expect(guessEncoding(written['windows-1252'](sentence), 'zh-CN')).toBe('windows-1252')
      }),
      { numRuns: 500 },
    )
    for (const word of ['Straße', 'Größe', 'süß', 'l’été', 'créé', 'garçon'])
      expect([word, guessEncoding(written['windows-1252'](word), 'zh-CN')]).toEqual([word, 'windows-1252'])
  })

  test('UTF-8 is UTF-8 in any language, also where the part that is looked at ends within a sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(3), (text, cut) => {
        const bytes = Buffer.from(`编号${text}路`)
        expect(guessEncoding(bytes.subarray(0, bytes.length - Math.min(cut, 2)), 'en')).toBe('utf-8')
      }),
    )
  })

  test('of a few Chinese signs alone the language of the reader decides', () => {
    const bytes = written.gb18030('Name,编号\r\n1,2')
    expect(languages.map(lang => [lang, guessEncoding(bytes, lang)]).toSorted()).toEqual([
      ['en', 'windows-1252'],
      ['zh-CN', 'gb18030'],
    ])
  })

  test('a mark at the beginning says UTF-16', () => {
    expect(guessEncoding(Buffer.from('\ufeff编号', 'utf16le'), 'en')).toBe('utf-16le')
    expect(guessEncoding(Buffer.from('\ufeff编号', 'utf16le').swap16(), 'en')).toBe('utf-16be')
  })

  test.each(['en', 'zh-CN'] as const)(
    'single faults do not make UTF-8 another encoding, read in %s',
    lang => {
      const text = Buffer.from('编号,内容\n1,路灯已经三天不亮了，请尽快派人维修。\n'.repeat(3))
      text[text.length - 10] = 0xff
      expect(guessEncoding(text, lang)).toBe('utf-8')
    },
  )
})
