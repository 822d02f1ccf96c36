import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import type { Actor } from '../../org/may.ts'
import { readOrganisation } from '../../org/reads.ts'
import { inSnapshot, type Tx } from '../../platform/database/tx.ts'
import { v7 } from '../../platform/uuid.ts'
import { scopeOf } from '../visibility.ts'
import { type Key, type Match, type Scan, scan } from './scan.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { tenant } = office
const organisation = await inSnapshot(office.pool, tenant.id, readOrganisation)
const unitIds = [...organisation.units.keys()]
const me = v7()
const reader: Actor = {
  staffId: me,
  name: 'Somebody',
  grants: [{ role: 'supervisor', unitId: office.units.root, unitPath: [office.units.root] }],
}

const someRow = fc.record({
  unit: fc.constantFrom(...unitIds),
  mine: fc.boolean(),
  // Few days, so that many rows share one and the id decides.
  day: fc.integer({ min: 1, max: 5 }),
  kind: fc.constantFrom('hazard', 'question', 'dispute'),
})
const someScan = fc.record({
  sort: fc.constantFrom('due_at' as const, 'filed_at' as const, 'number' as const),
  descending: fc.boolean(),
  look: fc.integer({ min: 1, max: 12 }),
  limit: fc.integer({ min: 1, max: 6 }),
  wide: fc.boolean(),
  kind: fc.option(fc.constantFrom('hazard', 'rare')),
})

test('a list read page by page holds each case once, in order, however far a page looks', async () => {
  const property = fc.asyncProperty(
    fc.array(someRow, { minLength: 1, maxLength: 40 }),
    fc.array(someScan, { minLength: 8, maxLength: 8 }),
    async (given, scans) => {
      const rows = given.map((row, i) => ({ ...row, id: v7(), number: `2026-${String(i).padStart(6, '0')}` }))
      await store(rows)
      const scope = scopeOf(reader, organisation)
      for (const { kind, ...asked } of scans) {
        // Without filters a branch must be looked at for a whole page.
        const look = kind === null ? Math.max(asked.look, asked.limit) : asked.look
        const part: Scan = {
          ...asked,
          look,
          tenant: tenant.id,
          scope,
          units: scope.units,
          everything: false,
          receiving: true,
          named: true,
          open: true,
          unassigned: false,
          undated: false,
          filters: kind === null ? [] : [sql`scanned.kind = ${kind}`],
        }
        const read = await inSnapshot(office.pool, tenant.id, tx => readAll(tx, part))
        const wanted = rows.filter(
          row => (kind === null || row.kind === kind) && (row.mine || scope.units.includes(row.unit)),
        )
        const value = (row: (typeof rows)[number]) =>
          `${part.sort === 'number' ? row.number : row.day} ${row.id}`
        const sorted = wanted.toSorted((a, b) => (value(a) < value(b) ? -1 : 1))
        if (part.descending) sorted.reverse()
        expect(read).toEqual(sorted.map(row => row.id))
      }
    },
  )
  await fc.assert(property, { numRuns: 25 })
})

async function readAll(tx: Tx, part: Scan): Promise<string[]> {
  const ids: string[] = []
  let after: Key | undefined
  for (;;) {
    const rows = await tx.all(scan({ ...part, after }))
    const matches = rows.filter((row): row is typeof row & Match => row.id !== null)
    ids.push(...matches.map(row => row.id))
    const [first] = rows
    const last = matches.at(-1)
    if (last && matches.length === part.limit) after = { value: last.key, id: last.id }
    else if (first?.edge_id) after = { value: first.edge_key, id: first.edge_id }
    else return ids
  }
}

async function store(rows: readonly { id: string }[]) {
  await database.owner.query('delete from cases')
  await database.owner.query(
    `insert into cases (tenant_id, id, number, receipt_digest, kind, category, status, open, unit_id, owner_id,
       protected, channel, language, pack_id, pack_version, subject, filed_at, due_at, state, updated_at)
     select $1, (one ->> 'id')::uuid, one ->> 'number', '', one ->> 'kind', 'x', 'filed', true, (one ->> 'unit')::uuid,
       case when (one -> 'mine')::boolean then $3::uuid end, false, 'web', 'en', 'generic', 1, 'x',
       make_timestamptz(2026, 1, (one ->> 'day')::integer, 0, 0, 0), make_timestamptz(2026, 3, (one ->> 'day')::integer, 0, 0, 0),
       '{"aboutUnits": [], "aboutStaff": []}', now()
     from jsonb_array_elements($2) as one`,
    [tenant.id, JSON.stringify(rows), me],
  )
}
