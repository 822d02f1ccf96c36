// What an institution has no business to keep of people (promise 2), and no business to do with them (promise 3), as
// words of both languages.

const kept =
  /\b(petition\w*|assembl\w+|protest\w*|demonstration\w*|rall(y|ies)|strikes?|religio\w*|belie(f|fs|ve\w*)|faith|church\w*|mosque\w*|temple\w*|ethnic\w*|minorit\w+|nationalit\w+|race|racial|politic\w*|party member\w*|speech|opinion\w*|online post\w*|censor\w*|rumou?r\w*|health|medical|diagnos\w*|illness\w*|disease\w*|disab\w+|mental\w*|criminal\w*|conviction\w*|household registration|hukou|travel\w*|passport\w*|vexatious|troublemaker\w*|stability|key person\w*|religion|gender|marital|occupation|birth\w*|nation)\b/i
const keptZh =
  /信访|上访|非访|越级|缠访|闹访|重访|集体访|维稳|稳控|稳定|重点人|重点人员|集会|游行|示威|罢工|请愿|宗教|信仰|信教|教会|清真|寺|民族|政治|党员|党派|言论|舆情|舆论|网帖|删帖|谣言|健康|疾病|患者|病|残疾|精神|犯罪记录|前科|户籍|户口|出行|旅行|护照|进京|思想|婚姻|出生|国籍|职业/
const watching =
  /\b(whereabouts|movements?|track\w*|watch ?list\w*|watch(ed|ing|es)?|blacklist\w*|surveillance|monitor\w*|patrol\w*|home visits?|check ?ins?|follow ?up visits?|geo ?fence\w*|gps|last seen|risk (level|score)s?|scores?|profil\w+|suspect\w*)\b/i
const watchingZh = /行踪|去向|轨迹|监控|监视|布控|黑名单|盯|走访|家访|巡访|行程|定位|人员画像|风险等级|积分/

// Words that only look like it.
const innocent = [/health and safety/gi, /fire assembly point/gi, /travel expenses/gi, /病媒/g, /病虫害/g]
// An address of another program is disabled: the word of the Standard Webhooks specification.
innocent.push(/[\w.:/-]*webhook[\w.:/ -]*?disable[\w-]*/gi)
// What says that it is not done, and the demonstration of the product.
const denied = [/not watched around the clock/g, /不记录您的行踪/g, /this is a demonstration/gi]
// The law's own name, and what it calls its decisions, as a source and in explanations of it.
const cited = [/《信访工作条例》/g, /信访工作条例/g, /信访事项或者信访人/g]

/** The first forbidden word in a text or an identifier (`camelCase`, `snake_case`); undefined where there is none. */
export function forbiddenWord(text: string, also: 'watching' | 'nothing' = 'watching'): string | undefined {
  const plain = [...innocent, ...cited, ...denied].reduce((left, words) => left.replaceAll(words, ''), text)
  const words = plain.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_.]/g, ' ')
  const lists = also === 'watching' ? [kept, watching, keptZh, watchingZh] : [kept, keptZh]
  for (const list of lists) {
    const found = list.exec(list === keptZh || list === watchingZh ? plain : words)
    if (found) return found[0]
  }
  return undefined
}

/** The texts of a list that hold a forbidden word, each with the word. */
export function offences(texts: Iterable<string>, also?: 'watching' | 'nothing'): string[] {
  return [...texts].flatMap(text => {
    const word = forbiddenWord(text, also)
    return word === undefined ? [] : [`${word}: ${text}`]
  })
}

/** Every key and, where asked, every text in a value of JSON. */
export function wordsOf(value: unknown, texts = false): string[] {
  if (typeof value === 'string') return texts ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(Array.isArray(value) ? [] : [key]),
    ...wordsOf(inner, texts),
  ])
}
