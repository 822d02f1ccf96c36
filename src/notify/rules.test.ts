import { describe, expect, test } from 'vitest'
import { listPacks } from '../packs/reads.ts'
import { TEMPLATES } from '../packs/schema.ts'
import { PLACEHOLDERS } from '../packs/templates.ts'
import { noticeFor } from './rules.ts'

const link = 'https://answers.example.org/follow?number=2026-000123-7&lang=zh-CN'
const values: Record<string, string> = { link }
for (const { required, optional } of Object.values(PLACEHOLDERS))
  for (const name of [...required, ...optional]) values[name] ??= `<${name} & "co">`

const packs = [...listPacks()]
const cases = packs.flatMap(([key, pack]) =>
  TEMPLATES.flatMap(template =>
    (['en', 'zh-CN'] as const).map(language => [key, template, language, pack] as const),
  ),
)

describe('a notice', () => {
  test.each(cases)(
    'of %s, %s, in %s says all it must, in text and in HTML',
    (_key, template, language, pack) => {
      const { whereElse: _, ...given } = values
      const notice = noticeFor(pack, template, language, given)
      expect(notice.subject).not.toMatch(/[{}\n]/)
      expect(notice.text).not.toMatch(/[{}]/)
      expect(notice.text).toContain(link)
      for (const name of PLACEHOLDERS[template].required.filter(name => name in given))
        expect(notice.subject + notice.text).toContain(given[name])
      expect(notice.html).toContain(`<html lang="${language}">`)
      expect(words(notice.html)).toBe(notice.text.replaceAll('\n', ''))
    },
  )

  test('links to the case and to nothing else', () => {
    const [, pack] = packs[0] ?? []
    if (!pack) throw new Error('there is no pack')
    const reason = 'See https://evil.example/ <a href="https://evil.example/">here</a>'
    const { html } = noticeFor(pack, 'extended', 'en', { ...values, reason })
    expect(html.match(/href="[^"]*"/g)).toEqual([`href="${link.replace('&', '&amp;')}"`])
    expect(html).toContain('&lt;a href=&quot;')
  })

  test('with a gap is not made', () => {
    const [, pack] = packs[0] ?? []
    if (!pack) throw new Error('there is no pack')
    expect(() => noticeFor(pack, 'closed', 'en', { link, number: 'x', institution: 'y' })).toThrow('{until}')
  })
})

function words(html: string): string {
  const entities: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&amp;': '&',
    '&quot;': '"',
    '&#39;': "'",
  }
  return html
    .slice(html.indexOf('<p>'))
    .replace(/<[^>]*>/g, '')
    .replace(/&[^;]+;/g, found => entities[found] ?? found)
}
