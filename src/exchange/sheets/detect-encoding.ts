import { open } from 'node:fs/promises'
import type { Lang } from '../../platform/i18n/languages.ts'
import type { Encoding } from './encoding.ts'

/** Bytes that are looked at to tell an encoding. */
const looked = 1_000_000

/** The encoding of a text file, by its first megabyte; `lang` is the reader's, for what nothing else tells. */
export async function detectEncoding(path: string, lang: Lang): Promise<Encoding> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(looked), 0, looked, 0)
    return guessEncoding(buffer.subarray(0, bytesRead), lang)
  } finally {
    await file.close()
  }
}

/**
 * The encoding of a text by its first bytes. What is no UTF-8 was saved by Excel, in Chinese or in the West; the
 * reader's language decides only where the bytes hold next to nothing that could tell.
 */
export function guessEncoding(start: Uint8Array, lang: Lang): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (isUtf8(start)) return 'utf-8'
  const { common, alone, different } = highBytes(start)
  if (common <= alone) return 'windows-1252'
  if (different >= tellingSigns) return 'gb18030'
  return lang === 'zh-CN' ? 'gb18030' : 'windows-1252'
}

/** Whether it is UTF-8, but for single faults: in another encoding hardly any two bytes make a sign of UTF-8 together. */
function isUtf8(start: Uint8Array): boolean {
  // The end may cut a sign in two, so it is not the end for the decoder.
  const text = new TextDecoder('utf-8').decode(start, { stream: true })
  let [signs, lost] = [0, 0]
  for (const [sign] of text.matchAll(/[^\0-\x7f]/gu)) {
    if (sign === '\uFFFD') lost++
    else signs++
  }
  return lost * 20 <= signs
}

/** So many different common signs are no accident: words of the West hold few such pairs, as ÉÉ in CRÉÉE or ¿É in ¿Él. */
const tellingSigns = 5

/**
 * How the bytes above 7F stand. `common` ones are pairs that GB 2312 has for signs of punctuation and for the 3,755
 * characters of its first level, which are nearly all that Chinese is written with, and `different` says how many of
 * these there are; `alone` stand before a letter or nothing that fits, as accents do and rarer characters of GBK.
 * Other pairs say nothing: they are rarer characters, or ß after a vowel. Single faults, as where a program cut a sign
 * in two at the end of its column, do not make a Chinese text another one.
 */
function highBytes(start: Uint8Array): { common: number; alone: number; different: number } {
  const signs = new Set<number>()
  let [common, alone] = [0, 0]
  for (let at = 0; at + 1 < start.length; at++) {
    const [lead = 0, next = 0] = [start[at], start[at + 1]]
    if (lead < 0x80) continue
    if (lead === 0x80 || lead === 0xff || next < 0x80) {
      alone++
      // A letter behind it belongs to it in GBK, and is no loss elsewhere.
      if (next >= 0x40) at++
      continue
    }
    at++
    const isSign = lead >= 0xa1 && lead <= 0xa3
    const isFirstLevel = lead >= 0xb0 && lead <= 0xd7
    if (next < 0xa1 || !(isSign || isFirstLevel)) continue
    common++
    signs.add(lead * 0x100 + next)
  }
  return { common, alone, different: signs.size }
}
