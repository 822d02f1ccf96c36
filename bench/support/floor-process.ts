import pg from 'pg'
import type { FiledRows, Row } from './filed-rows.ts'
import type { Floor, FloorResult } from './floor.ts'

// The floor: what PostgreSQL and the driver cost by themselves. The rows of cases that the product filed are written
// again under new ids, by prepared statements and nothing else: no validation, no sealing, no hash, no page.

process.once('message', (floor: Floor) => {
  run(floor).then(
    result => process.send?.({ result }, () => process.exit(0)),
    error => process.send?.({ error: String(error) }, () => process.exit(1)),
  )
})

type Statement = { name: string; text: string; values: (string | Buffer | null)[] }

async function run({ url, connections, filings, drafts, pipelined }: Floor): Promise<FloorResult> {
  const clients = Array.from(
    { length: connections },
    () => new pg.Client({ connectionString: url, pipeline: pipelined } as pg.ClientConfig),
  )
  await Promise.all(clients.map(client => client.connect()))
  const work = drafts.map((draft, at) => statementsFor(filings[at % filings.length] as FiledRows, draft, at))
  const latencies: number[] = []
  const began = performance.now()
  let taken = 0
  await Promise.all(
    clients.map(async client => {
      for (let statements = work[taken++]; statements; statements = work[taken++]) {
        const started = performance.now()
        await (pipelined ? writeTogether(client, statements) : writeInTurn(client, statements))
        latencies.push(performance.now() - started)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await Promise.all(clients.map(client => client.end()))
  return { seconds, latencies }
}

async function writeInTurn(client: pg.Client, statements: readonly Statement[]): Promise<void> {
  await client.query('begin')
  for (const statement of statements) await client.query(statement)
  await client.query('commit')
}

async function writeTogether(client: pg.Client, statements: readonly Statement[]): Promise<void> {
  const queries: Promise<unknown>[] = [client.query('begin')]
  for (const statement of statements) queries.push(client.query(statement))
  queries.push(client.query('commit'))
  await Promise.all(queries)
}

function statementsFor(filing: FiledRows, draft: string, at: number): Statement[] {
  const number = `${filing.number}/${process.pid}/${at}`
  const renew = (value: string | Buffer | null) =>
    typeof value === 'string'
      ? value.replaceAll(filing.caseId, draft).replaceAll(filing.number, number)
      : value
  return [
    { name: 'draft', text: 'delete from drafts where tenant_id = 1 and id = $1', values: [draft] },
    ...filing.rows.map(({ table, rows }) => insert(table, rows, renew)),
    // Not to be done: the product's own worker would take them, and fail at them.
    ...filing.jobs.map(({ task, payload }) => ({
      name: 'job',
      text: `select enqueue_job($1, $2::json, null, 'infinity', null)`,
      values: [task, renew(payload)],
    })),
  ]
}

function insert(table: string, rows: readonly Row[], renew: (value: Row[string]) => Row[string]): Statement {
  const columns = Object.keys(rows[0] ?? {})
  const values = rows.flatMap(row => columns.map(column => renew(row[column] ?? null)))
  const places = rows.map(
    (_, row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`,
  )
  return {
    name: `${table} ${rows.length}`,
    text: `insert into ${table} (${columns.join(', ')}) values ${places.join(', ')}`,
    values,
  }
}
