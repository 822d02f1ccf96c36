import type { T } from '../platform/i18n/translator.ts'

const known = [
  'timeout',
  'refused-address',
  'too-large',
  'cut-off',
  'not-json',
  'key',
  'base-url',
  'not-mapped',
  'destroyed',
  'no-number',
] as const

/** What went wrong with a connection, in words. */
export function whyText(t: T, fault: string): string {
  const one = known.find(code => code === fault)
  if (one) return t(`connectors.why.${one}`)
  const [, status] = /^http-(\d+)$/.exec(fault) ?? []
  return status ? t('connectors.why.http', { status }) : t('connectors.why.other', { code: fault })
}

/** What was refused of one case: a reason of ours in words, or what the other side said. */
export function refusalText(t: T, fault: string): string {
  const one = known.find(code => code === fault)
  return one ? t(`connectors.why.${one}`) : fault
}
