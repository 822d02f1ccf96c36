/** A language the product is written in, as a BCP 47 tag. */
export type Lang = 'en' | 'zh-CN'

/** Every language, in the order in which a switch shows them. */
export const languages: readonly Lang[] = ['zh-CN', 'en']

/** What a language calls itself, for the switch. */
export const languageNames: Readonly<Record<Lang, string>> = { 'zh-CN': '中文', en: 'English' }

/** Whether a text names a language of ours. */
export const isLang = (text: unknown): text is Lang => text === 'en' || text === 'zh-CN'

/** Name of the cookie that holds the language a person chose. */
export const languageCookie = 'lang'

/**
 * The language for one request: the one chosen before, else the first the browser asks for that we have (RFC 9110
 * section 12.5.4, quality values respected), else the tenant's.
 */
export function chooseLanguage(from: {
  cookie?: string | undefined
  acceptLanguage?: string | undefined
  tenantDefault: Lang
}): Lang {
  if (isLang(from.cookie)) return from.cookie
  return wanted(from.acceptLanguage ?? '') ?? from.tenantDefault
}

function wanted(header: string): Lang | undefined {
  let best: Lang | undefined
  let bestQuality = 0
  for (const part of header.slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const quality = Number(
      parameters
        .find(one => one.trim().startsWith('q='))
        ?.trim()
        .slice(2) ?? 1,
    )
    const primary = tag.trim().split('-')[0]
    const lang = primary === 'zh' ? 'zh-CN' : primary === 'en' ? 'en' : undefined
    // Strictly greater: of two wanted equally, the one named first wins.
    if (lang && quality > bestQuality) {
      best = lang
      bestQuality = quality
    }
  }
  return best
}
