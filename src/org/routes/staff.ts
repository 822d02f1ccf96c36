import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { issueLink } from '../../identity/actions/links.ts'
import { originShown } from '../../identity/origin.ts'
import { readAccountState, readAccountStates } from '../../identity/reads.ts'
import { BadInput, Conflict, NotFound } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import type { Parts } from '../../platform/http/parts.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import { addStaff, changeStaff, endStaff, grantRole, restoreStaff, revokeRole } from '../actions.ts'
import { grantForm, linkForm, personForm, staffForm } from '../forms.ts'
import { linkMadePage, newStaffPage, type StaffView, staffMemberPage, staffPage } from '../pages/staff.ts'
import { orgActions } from '../permissions.ts'
import type { Organisation } from '../reads.ts'
import { administratorOf } from './administrator.ts'

type One = { Params: { id: string } }

/** Everybody on the staff, and each of them. */
export function staffRoutes(app: FastifyInstance, parts: Parts): void {
  app.get('/organisation/staff', async (request, reply) => {
    const { organisation } = await administratorOf(request, orgActions.manageStaff)
    const accounts = await readAccountStates(parts, [...organisation.officers.keys()])
    const ctx = pageContext(request)
    return sendPage(reply, ctx, staffPage(ctx, organisation, accounts))
  })

  app.get('/organisation/staff/new', async (request, reply) => {
    const { organisation } = await administratorOf(request, orgActions.manageStaff)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, newStaffPage(ctx, organisation))
  })

  app.post('/organisation/staff', async (request, reply) => {
    const { office, actor, organisation } = await administratorOf(request, orgActions.manageStaff)
    const typed = (request.body ?? {}) as Typed
    try {
      const input = parseForm(staffForm, typed)
      refuseUnknownUnit(organisation, input.grants)
      const id = await addStaff(office, actor, input)
      return reply.redirect(`/organisation/staff/${id}?done=added`, 303)
    } catch (error) {
      const faults = faultsOf(error)
      if (!faults) throw error
      const ctx = pageContext(request)
      return sendPage(reply, ctx, newStaffPage(ctx, organisation, typed, faults), 422)
    }
  })

  app.get<One>('/organisation/staff/:id', async (request, reply) => {
    const { organisation } = await administratorOf(request, orgActions.manageStaff)
    return showOne(request, reply, organisation)
  })

  app.post<One>('/organisation/staff/:id', async (request, reply) =>
    changeOne(request, reply, 'person', async ({ office, actor }, id, typed) =>
      changeStaff(office, actor, id, parseForm(personForm, typed)),
    ),
  )

  app.post<One>('/organisation/staff/:id/grant', async (request, reply) =>
    changeOne(request, reply, 'grant', async ({ office, actor, organisation }, id, typed) => {
      const { role, unit } = parseForm(grantForm, typed)
      refuseUnknownUnit(organisation, [{ unitId: unit }])
      await grantRole(office, actor, id, unit, role)
    }),
  )

  app.post<One>('/organisation/staff/:id/revoke', async (request, reply) =>
    changeOne(request, reply, 'grant', async ({ office, actor }, id, typed) => {
      const { role, unit } = parseForm(grantForm, typed)
      await revokeRole(office, actor, id, unit, role)
    }),
  )

  app.post<One>('/organisation/staff/:id/end', async (request, reply) =>
    changeOne(request, reply, 'person', ({ office, actor }, id) => endStaff(office, actor, id)),
  )

  app.post<One>('/organisation/staff/:id/restore', async (request, reply) =>
    changeOne(request, reply, 'person', ({ office, actor }, id) => restoreStaff(office, actor, id)),
  )

  app.post<One>('/organisation/staff/:id/link', async (request, reply) => {
    const { office, actor, organisation } = await administratorOf(request, orgActions.manageStaff)
    const officer = organisation.officers.get(request.params.id)
    if (!officer) throw new NotFound('staff')
    const { endTwoStep } = parseForm(linkForm, request.body)
    const path = await issueLink(parts, office, actor, officer.id, { endTwoStep })
    const ctx = pageContext(request)
    return sendPage(reply, ctx, linkMadePage(ctx, officer, `${originShown(parts, request)}${path}`))
  })

  type Who = Awaited<ReturnType<typeof administratorOf>>

  async function changeOne(
    request: FastifyRequest<One>,
    reply: FastifyReply,
    form: NonNullable<StaffView['refused']>['form'],
    work: (who: Who, id: string, typed: Typed) => Promise<void>,
  ): Promise<FastifyReply> {
    const who = await administratorOf(request, orgActions.manageStaff)
    const { id } = request.params
    if (!who.organisation.officers.has(id)) throw new NotFound('staff')
    const typed = (request.body ?? {}) as Typed
    try {
      await work(who, id, typed)
      return reply.redirect(`/organisation/staff/${id}?done=saved`, 303)
    } catch (error) {
      const faults = faultsOf(error)
      if (!faults) throw error
      return showOne(request, reply, who.organisation, { form, typed, faults })
    }
  }

  async function showOne(
    request: FastifyRequest<One>,
    reply: FastifyReply,
    organisation: Organisation,
    refused?: NonNullable<StaffView['refused']>,
  ): Promise<FastifyReply> {
    const officer = organisation.officers.get(request.params.id)
    if (!officer) throw new NotFound('staff')
    const ctx = pageContextAfter(request, { saved: 'org.done.saved', added: 'org.done.staff-added' })
    const account = await readAccountState(parts, officer.id)
    const view = { officer, organisation, account, ...(refused && { refused }) }
    return sendPage(reply, ctx, staffMemberPage(ctx, view), refused ? 422 : 200)
  }
}

function refuseUnknownUnit({ units }: Organisation, grants: readonly { unitId: string }[]): void {
  if (grants.some(({ unitId }) => !units.get(unitId)?.active))
    throw new BadInput([{ field: 'unit', text: 'org.unit.missing' }])
}

function faultsOf(error: unknown): BadInput['faults'] | undefined {
  if (error instanceof BadInput) return error.faults
  return error instanceof Conflict && error.reason === 'org.email-taken'
    ? [{ field: 'email', text: error.reason }]
    : undefined
}
