import { z } from 'zod'
import type { Name } from './reads.ts'

const line = z.string({ error: 'org.name.missing' }).trim().max(100, 'org.name.long').optional().default('')

/**
 * The two fields of a name, `<field>-en` and `<field>-zh-CN`, for a form's schema; `bothOf` makes a name of them.
 * At least one has to be filled in.
 */
export function nameFields<Field extends string>(field: Field) {
  return { [`${field}-zh-CN`]: line, [`${field}-en`]: line } as Record<
    `${Field}-en` | `${Field}-zh-CN`,
    typeof line
  >
}

/** A name from its two fields: where one is empty, the other stands for both. */
export function bothOf(en: string, zh: string): Name {
  return { en: en || zh, 'zh-CN': zh || en }
}
