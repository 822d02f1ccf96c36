import type { Lang } from '../../platform/i18n/languages.ts'
import type { Html } from '../html.ts'
import { page } from '../layout.ts'
import { categoryPage, checkPage, followPage, formPage, frontPage, receiptPage } from './resident-pages.ts'
import { sampleContext } from './samples.ts'
import { casePage, queuePage } from './staff-pages.ts'

/** Every component on pages like those they are made for; the tests look at them in a real browser. */
export const galleryPages: Readonly<Record<string, (lang: Lang) => Html>> = {
  front: lang => resident(lang, frontPage),
  form: lang => resident(lang, ctx => formPage(ctx, false)),
  'form-with-faults': lang => resident(lang, ctx => formPage(ctx, true)),
  category: lang => resident(lang, categoryPage),
  check: lang => resident(lang, checkPage),
  receipt: lang => resident(lang, receiptPage),
  follow: lang => resident(lang, followPage),
  queue: lang => staff(lang, queuePage),
  case: lang => staff(lang, casePage),
}

type Build = (ctx: ReturnType<typeof sampleContext>) => Parameters<typeof page>[1]

function resident(lang: Lang, build: Build): Html {
  const ctx = sampleContext(lang, '/gallery?x=1', false)
  return page(ctx, build(ctx))
}

function staff(lang: Lang, build: Build): Html {
  const ctx = { ...sampleContext(lang, '/queue', true), flash: { kind: 'success' as const, text: 'OK' } }
  return page(ctx, build(ctx))
}
