import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { changeUnit, endStaff, revokeRole } from './actions.ts'
import { readOrganisation } from './reads.ts'

const database = await testDatabase()
const office = await testOffice(database)

test('an organisation is founded with its units, its staff and an event for each', async () => {
  const { organisation, events } = await inSnapshot(office.pool, office.tenant.id, async tx => ({
    organisation: await readOrganisation(tx),
    events: await tx.all(q.selectFrom('events').select(['type', 'seq', 'sealed']).orderBy('seq')),
  }))
  expect(organisation.units.size).toBe(4)
  expect(organisation.units.get(office.units.roads)?.path).toEqual([office.units.root, office.units.roads])
  expect(organisation.officers.get(office.staff.lead)?.grants).toMatchObject([
    { role: 'lead', unitId: office.units.roads },
  ])
  expect(events.map(event => event.seq)).toEqual(events.map((_, at) => at + 1))
  expect(events.filter(event => event.type === 'org.staff-added').every(event => event.sealed)).toBe(true)
})

test('the last administrator cannot be removed', async () => {
  const { administrator } = office.staff
  await expect(
    revokeRole(office, 'set-up', administrator, office.units.root, 'administrator'),
  ).rejects.toThrow('last-administrator')
  await expect(endStaff(office, 'set-up', administrator)).rejects.toThrow('last-administrator')
})

test('the unit that handles what is about the institution itself cannot be closed or given other work', async () => {
  const { units } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const unit = units.get(office.units.oversight)
  if (!unit) throw new Error('no oversight')
  for (const change of [{ active: false }, { functions: ['roads'] }])
    await expect(changeUnit(office, 'set-up', unit.id, { ...unit, ...change })).rejects.toThrow(
      'last-oversight',
    )
  await changeUnit(office, 'set-up', unit.id, { ...unit, functions: [...unit.functions, 'staff-conduct'] })
})

test('another tenant sees nothing of this one, even by a query that forgets to ask', async () => {
  const other = await testOffice(database, { host: 'other.example' })
  const rows = await inSnapshot(office.pool, other.tenant.id, tx =>
    tx.all(q.selectFrom('units').select('tenant_id')),
  )
  expect(new Set(rows.map(row => row.tenant_id))).toEqual(new Set([other.tenant.id]))
})
