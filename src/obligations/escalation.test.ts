import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escalationTargets, type OrgSnapshot, type Responsible } from './escalation.ts'
import { STAGES } from './obligation.ts'

// A town: the office at the root, the works department below it, the road crew below that; schools beside works.
const town: OrgSnapshot = {
  units: [
    { id: 'office', parentId: null, path: ['office'] },
    { id: 'works', parentId: 'office', path: ['office', 'works'] },
    { id: 'roads', parentId: 'works', path: ['office', 'works', 'roads'] },
    { id: 'schools', parentId: 'office', path: ['office', 'schools'] },
  ],
  grants: [
    { staffId: 'officer', role: 'case-officer', unitId: 'roads' },
    { staffId: 'lead', role: 'lead', unitId: 'roads' },
    { staffId: 'roads-head', role: 'unit-head', unitId: 'roads' },
    { staffId: 'works-head', role: 'unit-head', unitId: 'works' },
    { staffId: 'mayor', role: 'unit-head', unitId: 'office' },
    { staffId: 'supervisor', role: 'supervisor', unitId: 'office' },
    { staffId: 'auditor', role: 'auditor', unitId: 'office' },
    { staffId: 'admin', role: 'administrator', unitId: 'office' },
  ],
  staff: ['officer', 'lead', 'roads-head', 'works-head', 'mayor', 'supervisor', 'auditor', 'admin'],
}
const roads: Responsible = { unitId: 'roads', ownerId: 'officer', leadId: 'lead' }
const without = (...staff: string[]): OrgSnapshot => ({
  ...town,
  staff: town.staff.filter(id => !staff.includes(id)),
})

test.each([
  ['half', ['officer']],
  ['four-fifths', ['officer']],
  ['breached', ['officer', 'lead']],
  ['unit-head', ['roads-head']],
  ['supervisor', ['supervisor']],
  ['unit-above', ['works-head']],
] as const)('at the stage "%s" of a road case, %j hear of it', (stage, people) => {
  expect(escalationTargets(stage, roads, town)).toEqual(people)
})

test('a case without owner warns its lead; without either, the head of the unit', () => {
  expect(escalationTargets('half', { unitId: 'roads', leadId: 'lead' }, town)).toEqual(['lead'])
  expect(escalationTargets('half', { unitId: 'roads' }, town)).toEqual(['roads-head'])
  expect(escalationTargets('breached', { unitId: 'roads', ownerId: null, leadId: null }, town)).toEqual([
    'roads-head',
  ])
})

test('an owner who has left the service is passed over', () => {
  expect(escalationTargets('half', roads, without('officer'))).toEqual(['lead'])
})

test('a unit without a head falls to the unit above it, then to that above', () => {
  expect(escalationTargets('unit-head', roads, without('roads-head'))).toEqual(['works-head'])
  expect(escalationTargets('unit-head', roads, without('roads-head', 'works-head'))).toEqual(['mayor'])
})

test('without any head the supervisors of the root hear of it, then the administrators, then the auditors', () => {
  const heads = ['roads-head', 'works-head', 'mayor']
  expect(escalationTargets('unit-head', roads, without(...heads))).toEqual(['supervisor'])
  expect(escalationTargets('unit-head', roads, without(...heads, 'supervisor'))).toEqual(['admin'])
  expect(escalationTargets('unit-head', roads, without(...heads, 'supervisor', 'admin'))).toEqual(['auditor'])
})

test('a late case of the root itself goes past its head, who has heard of it already', () => {
  expect(escalationTargets('unit-above', { unitId: 'office' }, town)).toEqual(['supervisor'])
  expect(escalationTargets('supervisor', { unitId: 'office' }, without('supervisor'))).toEqual(['admin'])
})

test('nobody the case is about hears of it: neither the official nor the unit nor anyone below that', () => {
  expect(escalationTargets('breached', { ...roads, aboutStaff: ['officer'] }, town)).toEqual(['lead'])
  expect(escalationTargets('unit-head', { ...roads, aboutStaff: ['roads-head'] }, town)).toEqual([
    'works-head',
  ])
  expect(escalationTargets('unit-head', { ...roads, aboutUnits: ['works'] }, town)).toEqual(['mayor'])
  expect(escalationTargets('half', { ...roads, aboutUnits: ['roads'] }, town)).toEqual(['works-head'])
})

test('when the case is about the whole office, an administrator still hears that it is late', () => {
  expect(escalationTargets('breached', { ...roads, aboutUnits: ['office'] }, town)).toEqual(['admin'])
  expect(escalationTargets('half', { unitId: 'no-such-unit' }, town)).toEqual(['supervisor'])
})

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const organisation = fc
  .record({
    parents: fc.array(fc.nat({ max: 4 }), { minLength: 4, maxLength: 4 }),
    grants: fc.array(
      fc.record({
        staffId: fc.constantFrom(...ids),
        role: fc.constantFrom('unit-head', 'supervisor', 'lead', 'case-officer', 'auditor', 'administrator'),
        unitId: fc.constantFrom('u0', 'u1', 'u2', 'u3', 'u4'),
      }),
      { maxLength: 12 },
    ),
    staff: fc.uniqueArray(fc.constantFrom(...ids)),
  })
  .map(({ parents, grants, staff }): OrgSnapshot => {
    const units: { id: string; parentId: string | null; path: string[] }[] = [
      { id: 'u0', parentId: null, path: ['u0'] },
    ]
    for (const [n, pick] of parents.entries()) {
      const parent = units[pick % units.length]
      if (parent) units.push({ id: `u${n + 1}`, parentId: parent.id, path: [...parent.path, `u${n + 1}`] })
    }
    return { units, grants, staff }
  })
const responsible = fc.record({
  unitId: fc.constantFrom('u0', 'u1', 'u2', 'u3', 'u4', 'gone'),
  ownerId: fc.option(fc.constantFrom(...ids)),
  leadId: fc.option(fc.constantFrom(...ids)),
  aboutUnits: fc.uniqueArray(fc.constantFrom<string>('u0', 'u1', 'u2'), { maxLength: 2 }),
  aboutStaff: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 }),
})

test('somebody always hears of it as long as one administrator is active, each once and all of them active', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STAGES), responsible, organisation, (stage, who, org) => {
      const targets = escalationTargets(stage, who, org)
      const admins = org.grants.filter(grant => grant.role === 'administrator').map(grant => grant.staffId)
      if (admins.some(id => org.staff.includes(id))) expect(targets).not.toEqual([])
      expect(new Set(targets).size).toBe(targets.length)
      for (const id of targets) expect(org.staff).toContain(id)
      const about = (id: string) =>
        who.aboutStaff.includes(id) ||
        org.grants.some(
          grant =>
            grant.staffId === id &&
            org.units.some(
              unit => unit.id === grant.unitId && unit.path.some(u => who.aboutUnits.includes(u)),
            ),
        )
      // The last resort alone may concern the administrator who hears of it.
      if (targets.some(about)) for (const id of targets) expect(admins).toContain(id)
    }),
    { numRuns: 2000 },
  )
})
