import { findCategory, leafCategories } from '../packs/rules.ts'
import type { Pack } from '../packs/schema.ts'
import { type Lang, languages } from '../platform/i18n/languages.ts'
import type { TextKey } from '../platform/i18n/text-key.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Choice, ImportKind } from './fields.ts'
import type { AnyMapping } from './load-mapping.ts'
import { CHOSEN_REFUSALS, type Mapping, mappingSchema } from './mapping.ts'
import type { Encoding } from './sheets/encoding.ts'
import { tableMappingSchema } from './table-mapping.ts'

/** What a mapping is made of, once somebody has said which column is what. */
export type MappingParts = {
  kind: ImportKind
  choice: Choice
  /** Names where cases come from: with the number of a row it makes a case's id. */
  source: string
  dateFormat: string
  timeZone: string
  language: Lang
  pack: Pack
  encoding?: Encoding | undefined
  delimiter?: string | undefined
}

/**
 * The mapping of a file whose columns are known; it can be saved as a file and used again.
 * @throws where a field is missing that the kind cannot do without; `missingFields` tells beforehand
 */
export function buildMapping(parts: MappingParts): AnyMapping {
  const { kind, choice, source, encoding, delimiter } = parts
  const file = {
    version: 1,
    name: bilingual('exchange.mapping.name', { source }),
    ...(encoding && { encoding }),
    ...(delimiter && { delimiter }),
  }
  if (kind !== 'cases') return tableMappingSchema.parse({ ...file, kind, id: source, columns: choice })
  const { key, created, closed, status, category, what, address, latitude, longitude, answer, unit } = choice
  const { dateFormat, timeZone, language, pack } = parts
  return mappingSchema.parse({
    ...file,
    kind,
    id: source,
    origin: bilingual('exchange.mapping.origin'),
    language,
    key,
    dates: { timeZone, format: dateFormat, created, closed },
    status: status && { column: status, values: standings(), otherwise: 'in-hand' },
    category: { column: category, values: {}, otherwise: { category: remainder(pack) } },
    what: { parts: [what], with: '\n' },
    place: {
      address: address && { parts: [address], with: ', ' },
      pin: latitude &&
        longitude && { latitude, longitude, within: { south: -90, west: -180, north: 90, east: 180 } },
    },
    answer: {
      text: answer,
      without: bilingual('exchange.mapping.no-answer'),
      outcomes: [],
      otherwise: 'explained',
    },
    unit: unit && { column: unit, name: unit, values: {}, otherwise: 'intake' },
    // What is taken for something else in silence is found out too late: all of it is refused, with its line.
    refuse: CHOSEN_REFUSALS.filter(one => one !== 'past-retention'),
  })
}

function bilingual(key: TextKey, values: Record<string, string> = {}): Record<Lang, string> {
  return { en: translator('en')(key, values), 'zh-CN': translator('zh-CN')(key, values) }
}

/** The category for what none is named for. */
function remainder(pack: Pack): string {
  return findCategory(pack, 'other')?.code ?? leafCategories(pack).at(-1)?.code ?? ''
}

type Standing = NonNullable<Mapping['status']>['otherwise']

const words: Record<Standing, string> = {
  filed: 'new|open|filed|received|registered|submitted|unassigned|待受理|待办|已登记|新建|未处理|未受理',
  'in-hand':
    'in progress|in hand|assigned|pending|started|processing|accepted|on hold|办理中|在办|处理中|已受理|已派单|待办结',
  closed:
    'closed|resolved|completed|complete|done|finished|fixed|answered|办结|已办结|已完成|完成|已关闭|已解决|已答复',
}

/** Where a case stands by what other systems, and our own lists, call it. */
function standings(): Record<string, Standing> {
  const known: Record<string, Standing> = {}
  for (const [standing, names] of Object.entries(words) as [Standing, string][])
    for (const name of names.split('|')) known[name] = standing
  const own = {
    filed: 'filed',
    redirecting: 'filed',
    'in-hand': 'in-hand',
    'awaiting-resident': 'in-hand',
    'under-review': 'in-hand',
    answered: 'closed',
    declined: 'closed',
    closed: 'closed',
  } as const
  for (const [status, standing] of Object.entries(own) as [keyof typeof own, Standing][])
    for (const lang of languages) known[translator(lang)(`cases.status.${status}`)] = standing
  return known
}
