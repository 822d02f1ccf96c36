import { expect, test } from 'vitest'
import { loadPacks } from './load.ts'
import type { Pack } from './schema.ts'

// Promise 2: no category, question, template or kind for what people believe, say, are or where they go.
const FORBIDDEN =
  /\b(petition\w*|assembl\w+|protest\w*|demonstration\w*|rall(y|ies)|strike\w*|religio\w*|belie(f|fs|ve\w*)|faith|church\w*|mosque\w*|temple\w*|ethnic\w*|minorit\w+|politic\w*|party member\w*|speech|opinion\w*|online post\w*|censor\w*|rumou?r\w*|health|medical|illness\w*|disease\w*|disab\w+|mental\w*|criminal record\w*|household registration|hukou|travel\w*|passport\w*|whereabouts|movements?|track\w*|watch ?list\w*|blacklist\w*|surveillance|monitor\w*|vexatious|troublemaker\w*|stability|key person\w*)\b/i
const FORBIDDEN_ZH =
  /信访|上访|非访|越级|缠访|闹访|重访|集体访|维稳|稳控|稳定|重点人|重点人员|集会|游行|示威|罢工|请愿|宗教|信仰|信教|教会|清真|寺|民族|政治|党员|党派|言论|舆情|舆论|网帖|删帖|谣言|健康|疾病|患者|病|残疾|精神|犯罪记录|前科|户籍|户口|出行|旅行|护照|行踪|去向|轨迹|监控|监视|布控|黑名单|进京|思想/

// Words that only look like it.
const INNOCENT = [/health and safety/gi, /fire assembly point/gi, /travel expenses/gi, /病媒/g, /病虫害/g]
// The law's own name, and what it calls its decisions, as a source and in explanations of it.
const CITED = [/《信访工作条例》/g, /信访工作条例/g, /信访事项或者信访人/g]

const packs = [...loadPacks().values()].map(pack => [pack.id, pack] as const)

test.each(packs)(
  '%s has no category, question, reason, right or notice about what is not its business',
  (_, pack) => {
    expect(offences(walk(pack))).toEqual([])
  },
)

test('the list finds what it is for and lets innocents pass', () => {
  const found = [
    'petitioners',
    'Public assembly',
    'religious affairs',
    '维稳',
    '进京人员',
    '民族宗教',
    '健康状况',
  ]
  const innocent = [
    'Health and safety',
    'fire assembly point',
    'the party to a dispute',
    '病媒害虫',
    '民意代表',
  ]
  expect(offences(found.map(text => ['x', text]))).toHaveLength(found.length)
  expect(offences(innocent.map(text => ['x', text]))).toEqual([])
})

function offences(strings: [string, string][]): string[] {
  return strings.flatMap(([path, text]) => {
    const rest = [...INNOCENT, ...CITED].reduce((left, words) => left.replaceAll(words, ''), text)
    const hit = FORBIDDEN.exec(rest.replaceAll('-', ' '))?.[0] ?? FORBIDDEN_ZH.exec(rest)?.[0]
    return hit === undefined ? [] : [`${path}: ${hit} in "${text}"`]
  })
}

// Every string of a pack with its path, keys included: codes stand in both places.
function walk(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value as Partial<Pack>).flatMap(([key, inner]) => [
    [path, key] as [string, string],
    ...walk(inner, path === '' ? key : `${path}.${key}`),
  ])
}
