import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { named, testOffice } from '../../test/support/office.ts'
import { addUnit } from '../org/actions.ts'
import { type Actor, roles } from '../org/may.ts'
import { readOrganisation } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { v7 } from '../platform/uuid.ts'
import { scan } from './queue/scan.ts'
import type { CaseState } from './rules/state.ts'
import { mayRead, scopeOf } from './visibility.ts'

const database = await testDatabase()
const office = await testOffice(database)
const add = (parentId: string, name: string) =>
  addUnit(office, 'set-up', { parentId, name: named(name, name), functions: [], areas: [] })
const lane = await add(office.units.east, 'Lane')
await add(lane, 'Row')
await add(office.units.root, 'West')
const organisation = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
const unitIds = [...organisation.units.keys()]
const people = Array.from({ length: 4 }, () => v7())

const unit = fc.constantFrom(...unitIds)
const person = fc.constantFrom(...people)
const about = (one: fc.Arbitrary<string>) =>
  fc.oneof(fc.constant<string[]>([]), fc.uniqueArray(one, { maxLength: 2 }))
const someCase = fc.record({
  unitId: unit,
  ownerId: fc.option(person),
  leadId: fc.option(person),
  aboutUnits: about(unit),
  aboutStaff: about(person),
  redirect: fc.option(fc.record({ to: unit }), { freq: 3 }),
  open: fc.boolean(),
  dated: fc.boolean(),
})
const grant = fc
  .record({ role: fc.constantFrom(...roles), unitId: unit })
  .map(one => ({ ...one, unitPath: organisation.units.get(one.unitId)?.path ?? [] }))
const someActor: fc.Arbitrary<Actor> = fc.record({
  staffId: person,
  name: fc.constant('Somebody'),
  grants: fc.array(grant, { maxLength: 3 }),
})

test('the queue shows a member of staff exactly the cases that they may read', async () => {
  const property = fc.asyncProperty(
    fc.array(someCase, { minLength: 30, maxLength: 60 }),
    fc.array(someActor, { minLength: 6, maxLength: 6 }),
    async (cases, actors) => {
      const rows = cases.map(one => ({ ...one, id: v7() }))
      await store(rows)
      for (const actor of actors) {
        const expected = rows.filter(one => mayRead(actor, one as unknown as CaseState, organisation))
        expect(await seenBy(actor)).toEqual(expected.map(one => one.id).sort())
      }
    },
  )
  await fc.assert(property, { numRuns: 25 })
})

async function seenBy(actor: Actor): Promise<string[]> {
  const scope = scopeOf(actor, organisation)
  const part = {
    tenant: office.tenant.id,
    scope,
    units: scope.whole ? unitIds : scope.units,
    everything: scope.whole,
    wide: actor.grants.length % 2 === 0,
    receiving: !scope.whole,
    named: !scope.whole,
    unassigned: false,
    sort: 'due_at',
    descending: false,
    filters: [],
    look: 1000,
    limit: 1000,
  } as const
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const parts = [true, false].flatMap(open => [true, false].map(undated => ({ ...part, open, undated })))
    const lists = await Promise.all(parts.map(one => tx.all(scan(one))))
    // Not made unique: a case that is there twice would be shown twice.
    return lists
      .flat()
      .flatMap(row => row.id ?? [])
      .sort()
  })
}

async function store(rows: readonly { id: string }[]) {
  await database.owner.query('delete from cases')
  await database.owner.query(
    `insert into cases (tenant_id, id, number, receipt_digest, kind, category, status, open, unit_id, owner_id, lead_id,
       protected, channel, language, pack_id, pack_version, subject, filed_at, due_at, state, updated_at)
     select $1, (one ->> 'id')::uuid, one ->> 'id', '', 'hazard', 'x', 'filed', (one -> 'open')::boolean, (one ->> 'unitId')::uuid,
       (one ->> 'ownerId')::uuid, (one ->> 'leadId')::uuid, false, 'web', 'en', 'generic', 1, 'x', now(),
       case when (one -> 'dated')::boolean then now() end, one, now()
     from jsonb_array_elements($2) as one`,
    [office.tenant.id, JSON.stringify(rows)],
  )
}
