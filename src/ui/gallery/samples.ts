import type { Lang } from '../../platform/i18n/languages.ts'
import { translator } from '../../platform/i18n/translator.ts'
import type { PageContext } from '../page-context.ts'

/** Chooses a sample text by language; the gallery shows invented content, which is no text of the product. */
export type Say = (en: string, zh: string) => string

/** A context like that of a real request, with names as long as they come. */
export function sampleContext(lang: Lang, path: string, isStaff: boolean): PageContext & { say: Say } {
  const say: Say = (en, zh) => (lang === 'en' ? en : zh)
  const ctx = {
    t: translator(lang),
    lang,
    tenant: {
      name: say('Riverside County Office for Residents’ Concerns', '河畔县群众诉求服务中心'),
      timeZone: 'Asia/Shanghai',
    },
    now: Temporal.Instant.from('2026-03-14T01:05:00Z'),
    path,
    demo: true,
    say,
  }
  if (!isStaff) return ctx
  const nav = [
    { href: '/queue', text: say('Cases', '事项'), current: true, count: 128 },
    { href: '/desk', text: say('Front desk', '窗口登记') },
    { href: '/org', text: say('Organisation', '机构') },
    { href: '/packs', text: say('Rules and calendars', '规则与日历') },
    { href: '/audit', text: say('Record', '记录核验') },
  ]
  return { ...ctx, staff: { name: say('Margaret Okonkwo-Fitzgerald', '欧阳文静'), nav } }
}
