import { loadPacks, newestPack, type PackKey } from './load.ts'
import type { Pack } from './schema.ts'

// Packs are files of the program: read once, at the first use, all checked together.
let loaded: Map<PackKey, Pack> | undefined

/** Every installed pack by key (`generic@1`). */
export function listPacks(): ReadonlyMap<PackKey, Pack> {
  loaded ??= loadPacks()
  return loaded
}

/** The pack a case or a tenant names; throws where the installation has lost it. */
export function findPack(key: string): Pack {
  const pack = listPacks().get(key as PackKey)
  if (!pack) throw new Error(`the policy pack ${key} is not installed`)
  return pack
}

/** The pack that new cases of a tenant are filed under. */
export function packOf(tenant: { packId: string; packVersion: number }): Pack {
  return findPack(`${tenant.packId}@${tenant.packVersion}`)
}

/** The newest installed version of a pack. */
export function findNewestPack(id: string): Pack | undefined {
  return newestPack(listPacks(), id)
}
