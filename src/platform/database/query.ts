import { createHash } from 'node:crypto'
import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  type InsertObject,
  type InsertQueryBuilder,
  type InsertResult,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { Connection, PoolClient, QueryArrayResult, QueryResult } from 'pg'
import type { DB } from './schema.ts'

/** The query builder: it only compiles. Queries are values, run by a `Tx`, so nothing runs outside a tenant's transaction. */
export const q = new Kysely<DB>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** A query that returns rows of `O`; anything Kysely can compile. */
export type Query<O = unknown> = Compilable<O>

/** A query written out in SQL, for what the builder cannot say. */
export function sqlQuery<O>(text: RawBuilder<O>): Query<O> {
  return { compile: () => text.compile(q) }
}

/**
 * A query whose text is always the same, for what every page asks: built and compiled once instead of each time, which
 * costs as much as the rest of asking. `build` is called once, with stand-ins that it may only pass on as values.
 */
export function prepare<Values extends readonly unknown[], O>(
  build: (...values: Values) => Query<O>,
): (...values: Values) => Query<O> {
  let compiled: CompiledQuery<O> | undefined
  return (...values) => ({
    compile: () => {
      compiled ??= build(...(values.map((_, at) => new StandIn(at)) as unknown as Values)).compile()
      const parameters = compiled.parameters.map(one => (one instanceof StandIn ? values[one.at] : one))
      return { ...compiled, parameters }
    },
  })
}

/**
 * Inserts rows of plain values that have the same columns in the same order; built and compiled once for each number
 * of rows. `finish` adds what comes after the values.
 */
export function prepareInsert<Table extends keyof DB>(
  table: Table,
  finish: (insert: InsertQueryBuilder<DB, Table, InsertResult>) => Query = insert => insert,
): (rows: readonly InsertObject<DB, Table>[]) => Query {
  const compiled = new Map<number, (...values: unknown[]) => Query>()
  const into = (rows: readonly Row[]): Insert => {
    const columns = Object.keys(rows[0] ?? {})
    const values = rows.flatMap(row => columns.map(column => row[column]))
    let insert = compiled.get(rows.length)
    if (!insert) {
      const rowOf = (all: readonly unknown[], at: number) =>
        Object.fromEntries(columns.map((column, place) => [column, all[at * columns.length + place]]))
      insert = prepare((...all) =>
        finish(q.insertInto(table).values(rows.map((_, at) => rowOf(all, at) as InsertObject<DB, Table>))),
      )
      compiled.set(rows.length, insert)
    }
    return { ...insert(...values), into, rows }
  }
  return into
}

type Row = Readonly<Record<string, unknown>>

/** An insert, and what would insert other rows in the same way. */
type Insert = Query & { readonly into: (rows: readonly Row[]) => Query; readonly rows: readonly Row[] }

// Powers of two, so that a connection keeps few statements. 64 rows of the widest table have 1,500 values of the 65,535.
const sizes = [64, 32, 16, 8, 4, 2, 1]

/**
 * The same writes with the rows that go into one table put together, where the first of them stood. Taking in a hundred
 * cases is some 140 statements then instead of 700.
 */
export function putTogether(queries: readonly Query[]): Query[] {
  const inserts = Map.groupBy(queries.filter(isInsert), insert => insert.into)
  return queries.flatMap(query => {
    if (!isInsert(query)) return [query]
    const alike = inserts.get(query.into) ?? []
    return alike[0] === query ? cut(alike.flatMap(({ rows }) => rows)).map(query.into) : []
  })
}

function isInsert(query: Query): query is Insert {
  return 'into' in query && 'rows' in query
}

function cut(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = []
  for (let at = 0; at < rows.length; ) {
    const size = sizes.find(one => one <= rows.length - at) ?? 1
    parts.push(rows.slice(at, at + size))
    at += size
  }
  return parts
}

class StandIn {
  readonly at: number
  constructor(at: number) {
    this.at = at
  }
}

/** For `where('id', '=', anyOf(ids))`: one statement text for a list of any length, unlike `in`. */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${[...ids]}::uuid[])`
}

/** Runs one compiled query on a client as a named (prepared) statement: parsed and planned once per connection. */
export async function runQuery<O>(client: PoolClient, query: Query<O>): Promise<O[]> {
  const { sql, parameters } = query.compile()
  sendTogether(client)
  const result: QueryResult | QueryArrayResult = await client.query({
    name: statementName(sql),
    text: sql,
    values: parameters.map(parameterValue),
  })
  return result.rows as O[]
}

/** Holds what is asked for in this turn of the event loop back to its end: it goes out in one write, not one each. */
export function sendTogether(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: Connection }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

function parameterValue(value: unknown): unknown {
  return value instanceof Temporal.Instant ? new Date(value.epochMilliseconds).toISOString() : value
}

// PostgreSQL keeps 63 characters of a name. Statements with a varying number of rows would fill a connection with
// plans, so past a thousand distinct texts they go unnamed.
const names = new Map<string, string>()
function statementName(sql: string): string | undefined {
  let name = names.get(sql)
  if (name === undefined && names.size < 1000) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 24)
    names.set(sql, name)
  }
  return name
}
