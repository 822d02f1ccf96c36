import { readdirSync, readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { readTexts } from './translator.ts'

const english = readTexts('en')
const chinese = readTexts('zh-CN')

describe('the texts', () => {
  it('exist in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('are valid ICU MessageFormat', () => {
    const invalid = [english, chinese].flatMap(texts => [...texts].filter(([, text]) => !isValid(text)))
    expect(invalid).toEqual([])
  })

  it('have the same placeholders in both languages', () => {
    const differing = [...english].filter(
      ([key, text]) => isValid(text) && placeholders(text) !== placeholders(chinese.get(key) ?? ''),
    )
    expect(differing).toEqual([])
  })

  it('are typed: each file has its line in text-key.ts', () => {
    const typed = read('src/platform/i18n/text-key.ts')
    const files = readdirSync(new URL('locales/en/', root)).filter(file => file.endsWith('.json'))
    expect(files.filter(file => !typed.includes(`/locales/en/${file}'`))).toEqual([])
  })

  it('are punctuated as Chinese is, between Chinese characters', () => {
    const halfWidth = /\p{Script=Han}\s*[,;:?!()]|[,;:?!(]\s*\p{Script=Han}/u
    const wrong = [...chinese].filter(([, text]) =>
      halfWidth.test(text.replace(/\{[^{}]*,\s*(?:plural|select)[\s\S]*?\}\s*\}/g, '')),
    )
    expect(wrong).toEqual([])
  })

  it('are there for every key that travels as data, in faults and refusals', () => {
    const missing = sources.flatMap(({ path, code }) =>
      [
        ...code.matchAll(
          /(?:\btext:|\breason:|\b(?:Conflict|NotAllowed|stored)\()\s*'([a-z][a-z0-9-]*\.[a-z0-9.-]+)'/g,
        ),
      ]
        .map(([, key]) => key ?? '')
        .filter(key => !english.has(key))
        .map(key => `${path}: ${key}`),
    )
    expect(missing).toEqual([])
  })

  it('are all used', () => {
    const code = sources.map(source => source.code).join('\n')
    const literals = new Set(
      [...code.matchAll(/['"`]([a-z][a-z0-9-]*\.[a-z0-9.-]+)['"`]/g)].map(([, key]) => key),
    )
    // A template such as `cases.status.${status}` uses every key that begins and ends like it.
    const patterns = [...code.matchAll(/`([a-z][a-z0-9-]*\.[a-z0-9.-]*\$\{[^`]*)`/g)].map(
      ([, template = '']) => new RegExp(`^${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '.+')}$`),
    )
    const unused = [...english.keys()].filter(
      key => !literals.has(key) && !patterns.some(pattern => pattern.test(key)),
    )
    expect(unused).toEqual([])
  })
})

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter(path => /\.[cm]?[jt]s$/.test(path) && !path.endsWith('.test.ts'))
  .map(path => ({ path: `src/${path}`, code: read(`src/${path}`) }))

function isValid(text: string): boolean {
  try {
    placeholders(text)
    return true
  } catch {
    return false
  }
}

/** The placeholders of a text with the choices of each, as one comparable line. */
function placeholders(text: string): string {
  const names = new Set<string>()
  const visit = (elements: ReturnType<IntlMessageFormat['getAst']>): void => {
    for (const element of elements) {
      if ('options' in element) {
        const isChoice = element.type === 5
        // Plural forms differ by language; the cases of a choice must not.
        names.add(
          isChoice ? `${element.value}: ${Object.keys(element.options).sort()}` : String(element.value),
        )
        for (const { value } of Object.values(element.options)) visit(value)
      } else if (element.type === 1 || element.type === 2 || element.type === 3 || element.type === 4) {
        names.add(String(element.value))
      }
    }
  }
  visit(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst())
  // Large numbers are counted in millions in English and in ten thousands in Chinese.
  return [...names]
    .map(name => (name === 'tenThousands' ? 'millions' : name))
    .sort()
    .join(' | ')
}
