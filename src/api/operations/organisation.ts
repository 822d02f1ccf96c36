import { z } from 'zod'
import { issueLink } from '../../identity/actions/links.ts'
import { normalEmail, readAccountState, readAccountStates } from '../../identity/reads.ts'
import {
  addStaff,
  addUnit,
  changeStaff,
  changeUnit,
  endStaff,
  grantRole,
  restoreStaff,
  revokeRole,
} from '../../org/actions.ts'
import { type Action, may } from '../../org/may.ts'
import { orgActions } from '../../org/permissions.ts'
import { findOrganisation, type Organisation, readOrganisation } from '../../org/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, NotAllowed, NotFound } from '../../platform/errors.ts'
import { isOneAddress } from '../../platform/mail/message.ts'
import type { Call } from '../call.ts'
import { type Operation, operation } from '../operation.ts'
import { isText, nextOf, nextPage, pageOf, paging } from '../paging.ts'
import { bothNames, uuid, wordsUpTo } from '../views/common.ts'
import {
  grantFields,
  staffSchema,
  unitFields,
  unitSchema,
  viewStaff,
  viewUnit,
} from '../views/organisation.ts'

const byId = z.object({ id: uuid })
const byItsId = { keyOf: (one: { id: string }) => one.id, isKey: isText }

const listUnits = operation({
  id: 'list-units',
  tag: 'organisation',
  method: 'get',
  path: '/units',
  who: 'program',
  query: z.strictObject(paging),
  status: 200,
  result: z.object({ units: z.array(unitSchema), next: nextPage }).meta({ id: 'UnitList' }),
  paged: true,
  answer: async ({ office: { pool, tenant }, query }) => {
    const { units } = await inSnapshot(pool, tenant.id, tx => findOrganisation(pool, tx))
    const page = pageOf('units', [...units.values()], query, byItsId)
    const { next, links } = nextOf('units', '/units', query, page.next)
    return { body: { units: page.rows.map(viewUnit), next }, links }
  },
})

const findUnit = operation({
  id: 'find-unit',
  tag: 'organisation',
  method: 'get',
  path: '/units/{id}',
  who: 'program',
  params: byId,
  status: 200,
  result: unitSchema,
  answer: async ({ office, params }) => ({ body: await unitNow(office, params.id) }),
})

const createUnit = operation({
  id: 'add-unit',
  tag: 'administration',
  method: 'post',
  path: '/units',
  who: 'staff',
  scope: 'admin',
  body: z.strictObject({ parentId: uuid, ...unitFields, intake: unitFields.intake.optional() }),
  status: 201,
  result: unitSchema,
  repeat: 'once',
  act: async call => {
    const { units } = await organisationFor(call, orgActions.manageUnits)
    const { intake = false, ...unit } = call.body
    if (!units.has(unit.parentId)) throw new BadInput([{ field: 'parentId', text: 'org.unit.missing' }])
    return addUnit(call.once, call.actor, { ...unit, intake })
  },
  answer: async ({ office }, id) => ({ body: await unitNow(office, id), location: `/units/${id}` }),
})

const replaceUnit = operation({
  id: 'change-unit',
  tag: 'administration',
  method: 'put',
  path: '/units/{id}',
  who: 'staff',
  scope: 'admin',
  params: byId,
  body: z.strictObject({ ...unitFields, active: z.boolean() }),
  status: 200,
  result: unitSchema,
  answer: async ({ office, actor, params, body }) => {
    await changeUnit(office, actor, params.id, body)
    return { body: await unitNow(office, params.id) }
  },
})

const listStaff = operation({
  id: 'list-staff',
  tag: 'administration',
  method: 'get',
  path: '/staff',
  who: 'staff',
  scope: 'admin',
  query: z.strictObject(paging),
  status: 200,
  result: z.object({ staff: z.array(staffSchema), next: nextPage }).meta({ id: 'StaffList' }),
  paged: true,
  answer: async call => {
    const { query, parts } = call
    const { officers } = await organisationFor(call, orgActions.manageStaff)
    const page = pageOf('staff', [...officers.values()], query, byItsId)
    const { next, links } = nextOf('staff', '/staff', query, page.next)
    const accounts = await readAccountStates(
      parts,
      page.rows.map(one => one.id),
    )
    return { body: { staff: page.rows.map(one => viewStaff(one, accounts.get(one.id))), next }, links }
  },
})

const findStaff = operation({
  id: 'find-staff',
  tag: 'administration',
  method: 'get',
  path: '/staff/{id}',
  who: 'staff',
  scope: 'admin',
  params: byId,
  status: 200,
  result: staffSchema,
  answer: async call => ({ body: await staffNow(call, call.params.id) }),
})

const personFields = {
  name: wordsUpTo(100),
  title: bothNames.nullable().optional(),
  email: z.string().min(1).meta({ description: 'api.field.staff.email' }),
}

const createStaff = operation({
  id: 'add-staff',
  tag: 'administration',
  method: 'post',
  path: '/staff',
  who: 'staff',
  scope: 'admin',
  body: z.strictObject({ ...personFields, roles: z.array(grantFields).min(1).max(50) }),
  status: 201,
  result: staffSchema,
  repeat: 'once',
  act: async call => {
    const { roles, ...person } = call.body
    const organisation = await organisationFor(call, orgActions.manageStaff)
    for (const [at, { unitId }] of roles.entries())
      refuseUnknownUnit(organisation, unitId, `roles.${at}.unitId`)
    return addStaff(call.once, call.actor, { ...readPerson(person), accountId: null, grants: roles })
  },
  answer: async (call, id) => ({ body: await staffNow(call, id), location: `/staff/${id}` }),
})

const replaceStaff = operation({
  id: 'change-staff',
  tag: 'administration',
  method: 'put',
  path: '/staff/{id}',
  who: 'staff',
  scope: 'admin',
  params: byId,
  body: z.strictObject(personFields),
  status: 200,
  result: staffSchema,
  answer: async call => {
    await changeStaff(call.office, call.actor, call.params.id, readPerson(call.body))
    return { body: await staffNow(call, call.params.id) }
  },
})

type StaffCall = Pick<Call, 'once' | 'actor'>
type Grant = { unitId: string; role: Parameters<typeof grantRole>[4] }

const roleOperation = (
  id: 'grant-role' | 'revoke-role',
  word: string,
  run: (call: StaffCall, staffId: string, grant: Grant) => Promise<void>,
): Operation =>
  operation({
    id,
    tag: 'administration',
    method: 'post',
    path: `/staff/{id}/${word}`,
    who: 'staff',
    scope: 'admin',
    params: byId,
    body: grantFields,
    status: 200,
    result: staffSchema,
    repeat: 'once',
    act: async call => {
      const organisation = await organisationFor(call, orgActions.manageStaff)
      if (!organisation.officers.has(call.params.id)) throw new NotFound('staff')
      if (id === 'grant-role') refuseUnknownUnit(organisation, call.body.unitId, 'unitId')
      await run(call, call.params.id, call.body)
    },
    answer: async call => ({ body: await staffNow(call, call.params.id) }),
  })

const grant = roleOperation('grant-role', 'grant', ({ once, actor }, id, { unitId, role }) =>
  grantRole(once, actor, id, unitId, role),
)
const revoke = roleOperation('revoke-role', 'revoke', ({ once, actor }, id, { unitId, role }) =>
  revokeRole(once, actor, id, unitId, role),
)

const placeOperation = (
  id: 'end-staff' | 'restore-staff',
  word: string,
  run: (call: StaffCall, staffId: string) => Promise<void>,
): Operation =>
  operation({
    id,
    tag: 'administration',
    method: 'post',
    path: `/staff/{id}/${word}`,
    who: 'staff',
    scope: 'admin',
    params: byId,
    status: 200,
    result: staffSchema,
    repeat: 'once',
    act: async call => {
      const { officers } = await organisationFor(call, orgActions.manageStaff)
      if (!officers.has(call.params.id)) throw new NotFound('staff')
      await run(call, call.params.id)
    },
    answer: async call => ({ body: await staffNow(call, call.params.id) }),
  })

const end = placeOperation('end-staff', 'end', ({ once, actor }, id) => endStaff(once, actor, id))
const restore = placeOperation('restore-staff', 'restore', ({ once, actor }, id) =>
  restoreStaff(once, actor, id),
)

const link = operation({
  id: 'issue-link',
  tag: 'administration',
  method: 'post',
  path: '/staff/{id}/link',
  who: 'staff',
  scope: 'admin',
  params: byId,
  body: z.strictObject({
    endTwoStep: z.boolean().optional().meta({ description: 'api.field.staff.end-two-step' }),
  }),
  status: 200,
  result: z
    .object({ url: z.string().meta({ description: 'api.field.staff.link' }) })
    .meta({ id: 'SignInLink' }),
  // A link is kept nowhere, so that asked again there is another one, and the first is void.
  repeat: 'each',
  answer: async ({ parts, office, actor, params, body }) => {
    const { endTwoStep = false } = body
    const path = await issueLink(parts, office, actor, params.id, { endTwoStep })
    return { body: { url: `${parts.baseUrl()}${path}` } }
  },
})

function readPerson({
  name,
  title,
  email,
}: {
  name: string
  title?: z.output<typeof bothNames> | null | undefined
  email: string
}) {
  const address = normalEmail(email)
  if (!isOneAddress(address)) throw new BadInput([{ field: 'email', text: 'org.email.missing' }])
  return { name, title: title ?? {}, email: address }
}

function refuseUnknownUnit({ units }: Organisation, id: string, field: string): void {
  if (!units.get(id)?.active) throw new BadInput([{ field, text: 'org.unit.missing' }])
}

/** The organisation as it is now, for who may do this to it. */
async function organisationFor(
  { office, actor }: Pick<Call, 'office' | 'actor'>,
  action: Action,
): Promise<Organisation> {
  if (!may(actor, action, { unitPath: [] })) throw new NotAllowed('org.administrators-only')
  return inSnapshot(office.pool, office.tenant.id, readOrganisation)
}

async function unitNow({ pool, tenant }: Call['office'], id: string) {
  const { units } = await inSnapshot(pool, tenant.id, readOrganisation)
  const unit = units.get(id)
  if (!unit) throw new NotFound('unit')
  return viewUnit(unit)
}

async function staffNow(call: Pick<Call, 'office' | 'actor' | 'parts'>, id: string) {
  const { officers } = await organisationFor(call, orgActions.manageStaff)
  const officer = officers.get(id)
  if (!officer) throw new NotFound('staff')
  return viewStaff(officer, await readAccountState(call.parts, id))
}

/** The organisation: its units for everybody, its staff for administrators. */
export const organisationOperations: readonly Operation[] = [listUnits, findUnit]
export const administrationOperations: readonly Operation[] = [
  createUnit,
  replaceUnit,
  listStaff,
  createStaff,
  findStaff,
  replaceStaff,
  grant,
  revoke,
  end,
  restore,
  link,
]
