import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../platform/operator-error.ts'
import { type Mapping, mappingSchema } from './mapping.ts'

const IMPORTS = join(import.meta.dirname, '../../imports')

/** The names of the mappings that come with the product. */
export function listMappings(): string[] {
  return readdirSync(IMPORTS)
    .filter(name => name.endsWith('.json') && !name.endsWith('.schema.json'))
    .map(name => name.slice(0, -'.json'.length))
    .sort()
}

/**
 * The mapping with this name, or in this file. `unknown` makes the message for one that does not exist.
 * @throws OperatorError naming every fault with its path.
 */
export function loadMapping(nameOrPath: string, unknown: (known: string) => string): Mapping {
  const known = listMappings()
  const path = known.includes(nameOrPath) ? join(IMPORTS, `${nameOrPath}.json`) : nameOrPath
  if (!existsSync(path)) throw new OperatorError(unknown(known.join(', ')))
  return parseMapping(readFileSync(path, 'utf8'), path)
}

/** A mapping from its JSON text; `name` stands in the messages. */
export function parseMapping(json: string, name: string): Mapping {
  let content: unknown
  try {
    content = JSON.parse(json)
  } catch (error) {
    throw new OperatorError(`${name}: ${(error as Error).message}`)
  }
  const result = mappingSchema.safeParse(content)
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
