import type { Pool } from 'pg'

/** One row as it is written: the values of its columns, as text or as bytes. */
export type Row = Record<string, string | Buffer | null>

/** Everything one filing writes, table by table, and what it removes. */
export type FiledRows = {
  caseId: string
  number: string
  rows: { table: string; rows: Row[] }[]
  jobs: { task: string; payload: string }[]
}

const tables = [
  ['streams', 'id'],
  ['stream_keys', 'stream_id'],
  ['events', 'stream_id'],
  ['chain_pending', 'stream_id'],
  ['cases', 'id'],
  ['case_texts', 'case_id'],
  ['obligations', 'stream_id'],
] as const

/** Reads back all that was written for a case. */
export async function readFiledRows(owner: Pool, caseId: string): Promise<FiledRows> {
  const rows: FiledRows['rows'] = []
  for (const [table, key] of tables) {
    // A column that PostgreSQL makes by itself cannot be written.
    const { rows: columns } = await owner.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
      [table],
    )
    const list = columns.map(({ name }) => name).join(', ')
    const found = await owner.query<Row>({
      text: `select ${list} from ${table} where ${key} = $1`,
      values: [caseId],
      types: { getTypeParser: oid => (oid === bytea ? toBytes : asText) },
    })
    rows.push({ table, rows: found.rows })
  }
  putBackPending(rows)
  const jobs = await owner.query<{ task: string; payload: string }>(
    `select identifier as task, payload::text from graphile_worker._private_jobs as jobs
     join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id where payload->>'caseId' = $1`,
    [caseId],
  )
  const number = String(rows.find(({ table }) => table === 'cases')?.rows[0]?.['number'])
  return { caseId, number, rows, jobs: jobs.rows }
}

// A checkpoint, which is made every minute, may have taken the head of the chain already.
function putBackPending(rows: FiledRows['rows']): void {
  const [stream] = rows.find(({ table }) => table === 'streams')?.rows ?? []
  const pending = rows.find(({ table }) => table === 'chain_pending')
  if (!stream || !pending || pending.rows.length > 0) return
  const { tenant_id = null, id = null, seq = null, head = null } = stream
  pending.rows.push({ tenant_id, stream_id: id, seq, hash: head })
}

const bytea = 17
const toBytes = (text: string) => Buffer.from(text.slice(2), 'hex')
const asText = (text: string) => text
