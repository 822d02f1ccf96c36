import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packFaults } from './checks.ts'
import { type PackKey, packKey } from './rules.ts'
import { type Pack, packSchema } from './schema.ts'

export { type PackKey, packKey } from './rules.ts'

const PACKS = join(import.meta.dirname, '../../packs')

/** A pack that cannot be used; `faults` names every fault with its path. */
export class PackError extends Error {
  readonly faults: string[]
  constructor(name: string, faults: string[]) {
    super(`${name}:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
    this.name = 'PackError'
    this.faults = faults
  }
}

/** Reads a pack from parsed JSON; throws PackError with every fault and its path. */
export function parsePack(json: unknown, name: string): Pack {
  const result = packSchema.safeParse(json)
  if (!result.success) {
    throw new PackError(
      name,
      result.error.issues.map(issue => `${pathText(issue.path)}: ${issue.message}`),
    )
  }
  const faults = packFaults(result.data)
  if (faults.length > 0) throw new PackError(name, faults)
  return result.data
}

/**
 * Every pack in the packs folder by key. Old versions stay there beside the current one (as `generic@1.json`),
 * because a case keeps the version it was filed under. Throws PackError naming each faulty file.
 */
export function loadPacks(folder: string = PACKS): Map<PackKey, Pack> {
  const packs = new Map<PackKey, Pack>()
  const faults: string[] = []
  for (const name of packFiles(folder)) {
    try {
      const pack = parsePack(JSON.parse(readFileSync(join(folder, name), 'utf8')), name)
      if (packs.has(packKey(pack))) faults.push(`${name}: ${packKey(pack)} is in the folder twice`)
      packs.set(packKey(pack), pack)
    } catch (error) {
      if (error instanceof PackError) faults.push(...error.faults.map(fault => `${name}: ${fault}`))
      else if (error instanceof SyntaxError) faults.push(`${name}: ${error.message}`)
      else throw error
    }
  }
  if (faults.length > 0) throw new PackError('packs', faults)
  return packs
}

/** The newest version of a pack, or undefined when no such pack is installed. */
export function newestPack(packs: ReadonlyMap<PackKey, Pack>, id: string): Pack | undefined {
  return [...packs.values()].filter(pack => pack.id === id).sort((a, b) => b.version - a.version)[0]
}

function packFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.json') && !name.endsWith('.schema.json'))
    .sort()
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
  return text === '' ? '(whole pack)' : text
}
