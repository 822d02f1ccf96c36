import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accessActions } from '../src/access/permissions.ts'
import { caseActions } from '../src/cases/permissions.ts'
import { connectorActions } from '../src/connectors/permissions.ts'
import { exchangeActions } from '../src/exchange/permissions.ts'
import { type Action, type Actor, may, type Resource, type Role, roles } from '../src/org/may.ts'
import { orgActions } from '../src/org/permissions.ts'
import { webhookActions } from '../src/webhooks/permissions.ts'

// A town of three levels with oversight beside it. What is acted on stands in `office`.
const paths = {
  root: ['root'],
  office: ['root', 'office'],
  group: ['root', 'office', 'group'],
  beside: ['root', 'beside'],
  oversight: ['oversight'],
}
type Place = keyof typeof paths

const features: Record<string, Record<string, Action>> = {
  cases: caseActions,
  organisation: orgActions,
  access: accessActions,
  webhooks: webhookActions,
  connectors: connectorActions,
  exchange: exchangeActions,
}
const actions = Object.values(features).flatMap(feature => Object.values(feature))

const holding = (role: Role, place: Place, staffId = 'actor'): Actor => ({
  staffId,
  name: 'An actor',
  grants: [{ role, unitId: place, unitPath: paths[place] }],
})
const thing = (more: Partial<Resource> = {}): Resource => ({ unitPath: paths.office, ...more })

/** Where an actor stands to the thing, one column of the table each. */
const positions: readonly [name: string, (role: Role, action: Action) => boolean][] = [
  ['same', (role, action) => may(holding(role, 'office'), action, thing())],
  ['above', (role, action) => may(holding(role, 'root'), action, thing())],
  ['below', (role, action) => may(holding(role, 'group'), action, thing())],
  ['beside', (role, action) => may(holding(role, 'beside'), action, thing())],
  ['owner', (role, action) => may(holding(role, 'beside'), action, thing({ ownerId: 'actor' }))],
  ['lead', (role, action) => may(holding(role, 'beside'), action, thing({ leadId: 'actor' }))],
  // The case is about them: by name, by their unit, or by one above it.
  ['named', (role, action) => may(holding(role, 'office'), action, thing({ aboutStaff: ['actor'] }))],
  ['unit', (role, action) => may(holding(role, 'beside'), action, thing({ aboutUnits: ['beside'] }))],
  [
    'own',
    (role, action) =>
      may(
        holding(role, 'beside'),
        action,
        thing({ aboutUnits: ['beside'], ownerId: 'actor', leadId: 'actor' }),
      ),
  ],
]

function table(): string {
  const width = Math.max(...actions.map(action => action.name.length), ...roles.map(role => role.length)) + 2
  const head = positions.map(([name]) => name.padEnd(8)).join('')
  const lines = ['Who may do what: an actor with one role, in', '']
  lines.push('same, above, below, beside   the unit that has the case, the one above it, below it, beside it')
  lines.push('owner, lead                  a unit beside it, and the case carries their name')
  lines.push(
    'named, unit, own             the case is about them; about their unit; the same, and they own and lead it',
  )
  for (const [feature, list] of Object.entries(features)) {
    lines.push('', `${feature.toUpperCase()}`)
    for (const action of Object.values(list)) {
      lines.push('', `${action.name.padEnd(width)}${head}`.trimEnd())
      // Roles that give nothing by themselves differ in nothing: their owner and lead are told once.
      const rows = Map.groupBy(roles, role => positions.map(([, allows]) => allows(role, action)).join())
      for (const [allowed, alike] of rows) {
        const cells = allowed.split(',').map(one => (one === 'true' ? 'yes' : '·').padEnd(8))
        if (!allowed.includes('true')) continue
        const names = allowed.startsWith('true') ? alike : ['anybody else']
        for (const name of names) lines.push(`  ${name.padEnd(width - 2)}${cells.join('')}`.trimEnd())
      }
    }
  }
  return `${lines.join('\n')}\n`
}

test('who may do what is as written in permissions.txt', async () => {
  await expect(table()).toMatchFileSnapshot('./permissions.txt')
})

const place = fc.constantFrom(...(Object.keys(paths) as Place[]))
const role = fc.constantFrom(...roles)
const grant = fc
  .record({ role, place })
  .map(one => ({ role: one.role, unitId: one.place, unitPath: paths[one.place] }))
const actor = fc
  .record({ staffId: fc.constantFrom('a', 'b'), grants: fc.array(grant, { maxLength: 3 }) })
  .map(one => ({ ...one, name: '' }))
const staffId = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined })
const resource: fc.Arbitrary<Resource> = fc.record({
  unitPath: place.map(one => paths[one]),
  ownerId: staffId,
  leadId: staffId,
  aboutUnits: fc.uniqueArray(place, { maxLength: 2 }),
  aboutStaff: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 1 }),
})
const action = fc.constantFrom<Action>(...actions)

describe('whatever roles somebody holds', () => {
  test('whom a thing names has no part in it, not even to look', () => {
    fc.assert(
      fc.property(actor, action, resource, (who, what, on) => {
        expect(may(who, what, { ...on, aboutStaff: [who.staffId] })).toBe(false)
      }),
    )
  })

  test('a role in a unit that a thing is about, or below it, gives no part in handling it', () => {
    fc.assert(
      fc.property(actor, action, resource, (who, what, on) => {
        if (what.kind !== 'handling') return
        const concerned = who.grants.every(({ unitPath }) =>
          unitPath.some(unit => on.aboutUnits?.includes(unit)),
        )
        if (concerned) expect(may(who, what, on)).toBe(false)
      }),
    )
  })

  test('a role reaches down, never up or aside, but for those who serve the whole institution', () => {
    const wholeTenant: readonly Role[] = ['auditor', 'administrator']
    fc.assert(
      fc.property(actor, action, resource, (who, what, on) => {
        const reaches = who.grants.some(
          ({ role, unitId }) => on.unitPath.includes(unitId) || wholeTenant.includes(role),
        )
        const carries = [on.ownerId, on.leadId].includes(who.staffId)
        if (!reaches && !carries) expect(may(who, what, on)).toBe(false)
      }),
    )
  })

  test('nobody without a role may do anything, and a further role never takes away', () => {
    fc.assert(
      fc.property(actor, grant, action, resource, (who, more, what, on) => {
        expect(may({ ...who, grants: [] }, what, on)).toBe(false)
        if (may(who, what, on)) expect(may({ ...who, grants: [...who.grants, more] }, what, on)).toBe(true)
      }),
    )
  })

  test('being concerned only ever takes away', () => {
    fc.assert(
      fc.property(actor, action, resource, (who, what, on) => {
        if (may(who, what, on)) expect(may(who, what, { ...on, aboutUnits: [], aboutStaff: [] })).toBe(true)
      }),
    )
  })

  test('the one who keeps the system has no say in a case and reads none', () => {
    for (const what of Object.values(caseActions))
      expect(may(holding('administrator', 'root'), what, thing()), what.name).toBe(false)
  })

  test('a protected identity opens to the auditor alone', () => {
    for (const one of roles)
      for (const on of [thing(), thing({ ownerId: 'actor', leadId: 'actor' })])
        expect(may(holding(one, 'office'), caseActions.openProtectedIdentity, on)).toBe(one === 'auditor')
  })
})

test('every list of what staff do is in the table', async () => {
  const { globSync } = await import('node:fs')
  const files = globSync('src/**/permissions.ts', { cwd: `${import.meta.dirname}/..` }).toSorted()
  expect(files).toEqual([
    'src/access/permissions.ts',
    'src/cases/permissions.ts',
    'src/connectors/permissions.ts',
    'src/exchange/permissions.ts',
    'src/org/permissions.ts',
    'src/webhooks/permissions.ts',
  ])
})
