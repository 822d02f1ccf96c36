import { fileCase } from '../../cases/actions/file-case.ts'
import { reopen, writeToInstitution } from '../../cases/actions/resident.ts'
import { possible } from '../../cases/lifecycle.ts'
import { findCase } from '../../cases/reads.ts'
import type { Filing } from '../../cases/rules/filing.ts'
import { packOf } from '../../packs/reads.ts'
import type { Query } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { cleanText } from '../../platform/typed-text.ts'
import { v7 } from '../../platform/uuid.ts'
import { limits, nobody } from '../forms.ts'
import { isKnownOrigin, readUpdateStatus } from '../rules.ts'
import { requireService } from '../services.ts'
import { insertOrigin } from '../store.ts'

/** A request at another server, as it is taken over. */
export type Original = {
  /** Its address there, which it is known by. */
  url: string
  number: string
  /** Ours that stands for its service. */
  category: string
  description: string
  address: string
  pin?: Filing['place']['pin']
  media: readonly string[]
}

/**
 * Files a case that is a copy of a request at another server. Nobody's name comes with it. `writes` are what its reader
 * remembers of it, by the id of the case: in the same transaction, so that both are there or neither is.
 * @returns the id of the case; undefined where the copy was here already.
 */
export async function takeCopy(
  office: Office,
  original: Original,
  writes: (caseId: string) => readonly Query[],
): Promise<string | undefined> {
  const { tenant } = office
  const category = requireService(packOf(tenant), original.category)
  const id = v7()
  const described = cut(original.description, limits.description) || category.name[tenant.language]
  const media = original.media.map(url => `media_url: ${url}`)
  const filing: Omit<Filing, 'number'> = {
    id,
    kind: category.kinds[0] ?? 'grievance',
    category: category.code,
    channel: 'open311',
    language: tenant.language,
    what: cleanText([described, ...media].join('\n')),
    wanted: '',
    place: {
      address: cut(original.address, limits.address_string),
      ...(original.pin && { pin: original.pin }),
    },
    protection: 'anonymous',
    about: nobody,
    files: [],
    copyOf: { url: original.url, number: original.number },
  }
  try {
    await fileCase(office, { kind: 'resident' }, filing, {
      receiptSecret: v7(),
      writes: [insertOrigin(tenant.id, id, original.url), ...writes(id)],
    })
    return id
  } catch (error) {
    if (isKnownOrigin(error)) return undefined
    throw error
  }
}

/** What came to be known of the original of a copy, or what its resident says there: a message, or reopening. */
export async function takeCopiedUpdate(
  office: Office,
  caseId: string,
  update: { status: string; description: string },
  writes: readonly Query[],
): Promise<void> {
  const { status, description } = update
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, caseId))
  const text = [cut(description, limits.description - 50), `[${status.slice(0, 40)}]`]
    .filter(Boolean)
    .join('\n')
  const again = readUpdateStatus(status) === 'reopen' && record && possible('reopen', record.state.status)
  const on = { id: caseId, writes }
  if (again) await reopen(office, on, text)
  else await writeToInstitution(office, on, { text, files: [] })
}

/** A text of another server, no longer than one of ours may be. */
function cut(text: string, most: number): string {
  const characters = [...cleanText(text)]
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}
