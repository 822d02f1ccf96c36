import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../platform/operator-error.ts'
import { type Mapping, mappingSchema } from './mapping.ts'
import { type TableMapping, tableMappingSchema } from './table-mapping.ts'

/** How a file becomes cases, or units, staff or names of categories. */
export type AnyMapping = Mapping | TableMapping

const IMPORTS = join(import.meta.dirname, '../../imports')

/** The names of the mappings that come with the product. */
export function listMappings(): string[] {
  return readdirSync(IMPORTS)
    .filter(name => name.endsWith('.json') && !name.endsWith('.schema.json'))
    .map(name => name.slice(0, -'.json'.length))
    .sort()
}

/** The mapping of cases that comes with the product under this name. */
export function loadMapping(name: string, unknown: (known: string) => string): Mapping {
  const mapping = loadAnyMapping(name, unknown)
  if (mapping.kind !== 'cases') throw new OperatorError(unknown(listMappings().join(', ')))
  return mapping
}

/**
 * The mapping with this name, or in this file. `unknown` makes the message for one that does not exist.
 * @throws OperatorError naming every fault with its path.
 */
export function loadAnyMapping(nameOrPath: string, unknown: (known: string) => string): AnyMapping {
  const known = listMappings()
  const path = known.includes(nameOrPath) ? join(IMPORTS, `${nameOrPath}.json`) : nameOrPath
  if (!existsSync(path)) throw new OperatorError(unknown(known.join(', ')))
  return parseMapping(readFileSync(path, 'utf8'), path)
}

/** A mapping from its JSON text; `name` stands in the messages. */
export function parseMapping(json: string, name: string): AnyMapping {
  let content: unknown
  try {
    content = JSON.parse(json)
  } catch (error) {
    throw new OperatorError(`${name}: ${(error as Error).message}`)
  }
  const { kind = 'cases' } = (content ?? {}) as { kind?: unknown }
  const result = (kind === 'cases' ? mappingSchema : tableMappingSchema).safeParse(content)
  if (result.success) return result.data
  const faults = result.error.issues.map(issue => `  ${pathText(issue.path)}: ${issue.message}`)
  throw new OperatorError(`${name}:\n${faults.join('\n')}`)
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
  return text || '(whole mapping)'
}
