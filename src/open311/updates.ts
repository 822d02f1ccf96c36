import { type SqlBool, sql } from 'kysely'
import { findOrganisation, type Organisation } from '../org/reads.ts'
import { findPack } from '../packs/reads.ts'
import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Json } from '../platform/json.ts'
import type { Office } from '../platform/office.ts'
import { edgeOfDay, writeInstant } from './dates.ts'
import { type Fields, type List, list } from './document.ts'
import type { Span } from './reads.ts'
import { statusAfter, type UpdateEvent, updateEvents } from './rules.ts'

/** Which updates are asked for. */
export type UpdateQuery = {
  numbers?: readonly string[] | undefined
  at: Span
  limit: number
  offset: number
}

/**
 * What changed where requests stand, oldest first, so that whoever asks again from the last time they saw misses nothing.
 * Each is told in a sentence of ours: what is written between an institution and a resident is for the two of them.
 */
export async function findUpdates(
  office: Office,
  tx: Tx,
  query: UpdateQuery,
  { t, hasKey }: { t: T; hasKey: boolean },
): Promise<List> {
  const [rows, organisation] = await Promise.all([
    tx.all(updateRows(tx.tenant, query, hasKey)),
    findOrganisation(office.pool, tx),
  ])
  return list(
    'request_update',
    rows.map(row =>
      describe(row as UpdateRow, { organisation, t, hasKey, timeZone: office.tenant.timeZone }),
    ),
  )
}

type UpdateRow = {
  number: string
  seq: number
  type: string
  at: Temporal.Instant
  data: Json
  pack_id: string
  pack_version: number
}

type Telling = { organisation: Organisation; t: T; hasKey: boolean; timeZone: string }

function describe(row: UpdateRow, { organisation, t, hasKey, timeZone }: Telling): Fields {
  const type = row.type as UpdateEvent
  const pack = findPack(`${row.pack_id}@${row.pack_version}`)
  const inFavour = (code: string) =>
    ['yes', 'partly'].includes(pack.outcomes.find(outcome => outcome.code === code)?.inFavour ?? 'no')
  const { to: receiver = '' } = row.data as { to?: string }
  // As in the list of requests, the public is told the day and not the unit.
  const unit = (hasKey && organisation.units.get(receiver)?.name[t.lang]) || 'none'
  const at = hasKey ? row.at : edgeOfDay(row.at, timeZone, 'start')
  return {
    update_id: `${row.number}_${row.seq}`,
    service_request_id: row.number,
    status: statusAfter(type, row.data, inFavour),
    updated_datetime: writeInstant(at, timeZone),
    description: t(`open311.update.${type}`, { unit }),
    media_url: null,
  }
}

function updateRows(tenant: number, { numbers, at, limit, offset }: UpdateQuery, hasKey: boolean) {
  return (
    q
      .selectFrom('events')
      .innerJoin('cases', join =>
        join.onRef('cases.tenant_id', '=', 'events.tenant_id').onRef('cases.id', '=', 'events.stream_id'),
      )
      .select(['cases.number', 'cases.pack_id', 'cases.pack_version'])
      .select(['events.seq', 'events.type', 'events.at', 'events.data'])
      .where('events.tenant_id', '=', tenant)
      // Written out and not passed as values: only then does the planner see that the index has them all.
      .where(sql<SqlBool>`events.type in (${sql.join(updateEvents.map(type => sql.lit(type)))})`)
      .where('events.at', '>=', at.from)
      .where('events.at', '<', at.to.add({ seconds: 1 }))
      .where('cases.listed', '=', true)
      .$if(!hasKey, query => query.where('cases.channel', '<>', 'import'))
      .$if(numbers !== undefined, query =>
        query.where(sql<SqlBool>`cases.number = any(${[...(numbers ?? [])]}::text[])`),
      )
      .orderBy('events.at')
      .orderBy('events.stream_id')
      .orderBy('events.seq')
      .limit(limit)
      .offset(offset)
  )
}
