import { questionsOf } from '../cases/category-answers.ts'
import { categoryPath, findCategory, leafCategories } from '../packs/rules.ts'
import type { Category, Pack } from '../packs/schema.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import { type Fields, type List, list } from './document.ts'
import { Unknown } from './errors.ts'

/** The services of a town: the categories that a person may choose, under the group of their topmost category. */
export function serviceList(pack: Pack, lang: Lang): List {
  return list(
    'service',
    leafCategories(pack).map(({ code, name, hint, keywords }) => ({
      service_code: code,
      service_name: name[lang],
      description: (hint ?? name)[lang],
      metadata: questionsOf(pack, code).length > 0,
      type: 'realtime',
      keywords: keywords[lang].join(', '),
      group: (categoryPath(pack, code).at(-1)?.name ?? name)[lang],
    })),
  )
}

/** What a service asks besides. A list of values is there also where there are none to choose from. */
export function serviceDefinition(pack: Pack, code: string, lang: Lang): Fields {
  return {
    service_code: code,
    attributes: list(
      'attribute',
      questionsOf(pack, code).map((question, at) => ({
        variable: true,
        code: question.code,
        datatype: question.datatype,
        required: question.required,
        datatype_description: null,
        order: at + 1,
        description: question.text[lang],
        values: list(
          'value',
          (question.values ?? []).map(value => ({ key: value.code, name: value.name[lang] })),
        ),
      })),
    ),
  }
}

/** The category behind a service's code. @throws Unknown for one that there is not, or that nobody may choose */
export function requireService(pack: Pack, code: string): Category {
  const category = leafCategories(pack).find(one => one.code === code)
  if (!category) throw new Unknown('open311.fault.service', { code: code.slice(0, 100) })
  return category
}

/** What a service is called, also one of an older pack; its code where that has it no more. */
export function serviceName(pack: Pack, code: string, lang: Lang): string {
  return findCategory(pack, code)?.name[lang] ?? code
}
