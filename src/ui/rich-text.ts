import type { TextKey } from '../platform/i18n/text-key.ts'
import type { T } from '../platform/i18n/translator.ts'
import { escapeText, type Html, isHtml, trustedHtml } from './html.ts'

/** A text whose placeholders may hold markup, such as a link in the middle of a sentence; all else is escaped. */
export function rich(
  t: T,
  key: TextKey,
  values: Readonly<Record<string, Html | string | number | bigint>>,
): Html {
  const markup: Html[] = []
  const plain: Record<string, string | number | bigint> = {}
  for (const name in values) {
    const value = values[name]
    if (value === undefined) continue
    if (!isHtml(value)) plain[name] = typeof value === 'string' ? value.replaceAll(mark, '') : value
    else plain[name] = `${mark}${markup.push(value) - 1}${mark}`
  }
  const escaped = escapeText(t(key, plain))
  return trustedHtml(escaped.replace(marked, (_, index: string) => String(markup[Number(index)] ?? '')))
}

// A noncharacter of Unicode: it stands for markup while the text is put together, and typed text is rid of it.
const mark = '\ufdd0'
const marked = new RegExp(`${mark}(\\d+)${mark}`, 'g')
