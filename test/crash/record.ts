import pg from 'pg'
import { findHolder } from '../../src/platform/data-directory.ts'
import { embeddedUrl } from '../../src/platform/database/embedded.ts'
import { postgresFolder } from '../../src/platform/database/open-database.ts'

// What a case that is whole has, asked of the tables by hand and not through the program that wrote them.
const wholeness: Readonly<Record<string, string>> = {
  'a case without its chain, its key, its words or its first events': `
    select number from cases c where not exists (select from streams s where s.id = c.id and s.kind = 'case')
      or not exists (select from stream_keys k where k.stream_id = c.id)
      or not exists (select from case_texts t where t.case_id = c.id)
      or (select array_agg(type order by seq) from events e where e.stream_id = c.id and seq <= 3)
         is distinct from array['case.filed', 'party.named', 'case.routed']`,
  'a chain without its case': `
    select id::text as number from streams s where kind = 'case' and not exists (select from cases c where c.id = s.id)`,
  'events with a gap, or an end that is not the last event': `
    select s.id::text as number from streams s where seq is distinct from (select max(seq) from events e where e.stream_id = s.id)
      or seq <> (select count(*) from events e where e.stream_id = s.id)
      or head is distinct from (select hash from events e where e.stream_id = s.id order by seq desc limit 1)`,
  'an event or a key of no chain': `
    select stream_id::text as number from events e where not exists (select from streams s where s.id = e.stream_id)
    union all select stream_id::text from stream_keys k where not exists (select from streams s where s.id = k.stream_id)
      and not exists (select from drafts d where d.id = k.stream_id)`,
  'a head that is under no checkpoint and waits for none': `
    select id::text as number from streams s where not exists (select from chain_pending p where p.stream_id = s.id and p.seq = s.seq)
      and not exists (select from checkpoint_leaves l where l.stream_id = s.id and l.seq = s.seq)`,
  'obligations other than those of the state': `
    select number from cases c where
      (select jsonb_agg(o.id || ' ' || o.status order by o.id) from obligations o where o.stream_id = c.id) is distinct from
      (select jsonb_agg((o->>'id') || ' ' || (o->>'status') order by o->>'id') from jsonb_array_elements(c.state->'obligations') o)
      or jsonb_array_length(c.state->'obligations') < 3`,
  'obligations, words or a draft of no case': `
    select stream_id::text as number from obligations o where not exists (select from cases c where c.id = o.stream_id)
    union all select case_id::text from case_texts t where not exists (select from cases c where c.id = t.case_id)
    union all select d.id::text from drafts d join cases c on c.id = d.id`,
}

/** The numbers of all cases, and whatever is there by half, read while the server runs. */
export async function checkRecord(dataDir: string): Promise<{ cases: string[]; faults: string[] }> {
  const holder = await findHolder(dataDir)
  if (typeof holder?.postgres !== 'number') throw new Error('the server is not running')
  const client = new pg.Client({ connectionString: embeddedUrl(postgresFolder(dataDir), holder.postgres) })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read')
    const faults: string[] = []
    for (const [what, query] of Object.entries(wholeness)) {
      const { rows } = await client.query<{ number: string }>(query)
      faults.push(...rows.map(row => `${what}: ${row.number}`))
    }
    const { rows } = await client.query<{ number: string }>('select number from cases')
    return { cases: rows.map(row => row.number), faults }
  } finally {
    await client.end()
  }
}
