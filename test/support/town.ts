import { addStaff, addUnit } from '../../src/org/actions.ts'
import type { Role } from '../../src/org/may.ts'
import type { TestDatabase } from './database.ts'
import { named, type TestOffice, testOffice } from './office.ts'

/** A plan of an organisation beside the test office's own: numbers choose among what is there, whatever they are. */
export type TownPlan = {
  /** Each unit stands below an earlier one (`below`) and has one function. */
  units: readonly { below: number; function: number }[]
  /** Each member of staff holds one or two roles. */
  staff: readonly (readonly { unit: number; role: number }[])[]
}

/** What a planned town consists of: ids in the order of the plan, after the test office's own. */
export type Town = { office: TestOffice; units: string[]; staff: string[] }

const functions = ['roads', 'water', 'sanitation', 'staff-conduct', 'mediation', 'teaching']
const staffRoles: readonly Role[] = [
  'front-desk',
  'case-officer',
  'lead',
  'unit-head',
  'supervisor',
  'auditor',
  'administrator',
]

/** Builds a planned town through the actions an administrator uses. */
export async function plannedTown(database: TestDatabase, plan: TownPlan): Promise<Town> {
  const office = await testOffice(database)
  const { root, oversight, roads, east } = office.units
  const units = [root, oversight, roads, east]
  for (const [i, unit] of plan.units.entries()) {
    const parentId = units[unit.below % units.length] ?? root
    const name = named(`Unit ${i + 1}`, `单位${i + 1}`)
    const does = functions[unit.function % functions.length] ?? 'roads'
    units.push(await addUnit(office, 'set-up', { parentId, name, functions: [does], areas: [] }))
  }
  const staff = Object.values(office.staff)
  for (const [i, grants] of plan.staff.entries()) {
    staff.push(
      await addStaff(office, 'set-up', {
        name: `Officer ${i + 1}`,
        title: {},
        email: `officer-${i + 1}@example.org`,
        accountId: null,
        grants: grants.map(({ unit, role }) => ({
          unitId: units[unit % units.length] ?? root,
          role: staffRoles[role % staffRoles.length] ?? 'lead',
        })),
      }),
    )
  }
  return { office, units, staff }
}
