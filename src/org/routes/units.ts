import type { FastifyInstance } from 'fastify'
import { packOf } from '../../packs/reads.ts'
import { BadInput, Conflict, NotFound } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import { addUnit, changeUnit } from '../actions.ts'
import { unitForm } from '../forms.ts'
import { unitPage, unitsPage } from '../pages/units.ts'
import { orgActions } from '../permissions.ts'
import { administratorOf } from './administrator.ts'

/** The tree of units and each unit. */
export function unitRoutes(app: FastifyInstance): void {
  app.get('/organisation', async (request, reply) => {
    const { organisation } = await administratorOf(request, orgActions.manageUnits)
    const ctx = pageContextAfter(request, { saved: 'org.done.saved', added: 'org.done.unit-added' })
    return sendPage(reply, ctx, unitsPage(ctx, organisation))
  })

  app.get('/organisation/units/new', async (request, reply) => {
    const { office, organisation } = await administratorOf(request, orgActions.manageUnits)
    const { below } = request.query as { below?: string }
    const parent = organisation.units.get(below ?? '')
    if (!parent) throw new NotFound('unit')
    const ctx = pageContext(request)
    return sendPage(reply, ctx, unitPage(ctx, { parent, pack: packOf(office.tenant) }))
  })

  app.post('/organisation/units', async (request, reply) => {
    const { office, actor, organisation } = await administratorOf(request, orgActions.manageUnits)
    const typed = (request.body ?? {}) as Typed & { below?: string }
    const parent = organisation.units.get(typed.below ?? '')
    if (!parent) throw new NotFound('unit')
    try {
      const { active: _, ...input } = parseForm(unitForm, typed)
      await addUnit(office, actor, { ...input, parentId: parent.id })
      return reply.redirect('/organisation?done=added', 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      const ctx = pageContext(request)
      const view = { parent, pack: packOf(office.tenant), typed, faults: error.faults }
      return sendPage(reply, ctx, unitPage(ctx, view), 422)
    }
  })

  app.get<{ Params: { id: string } }>('/organisation/units/:id', async (request, reply) => {
    const { office, organisation } = await administratorOf(request, orgActions.manageUnits)
    const unit = organisation.units.get(request.params.id)
    if (!unit) throw new NotFound('unit')
    const ctx = pageContext(request)
    return sendPage(reply, ctx, unitPage(ctx, { unit, pack: packOf(office.tenant) }))
  })

  app.post<{ Params: { id: string } }>('/organisation/units/:id', async (request, reply) => {
    const { office, actor, organisation } = await administratorOf(request, orgActions.manageUnits)
    const unit = organisation.units.get(request.params.id)
    if (!unit) throw new NotFound('unit')
    const typed = (request.body ?? {}) as Typed
    try {
      await changeUnit(office, actor, unit.id, parseForm(unitForm, typed))
      return reply.redirect('/organisation?done=saved', 303)
    } catch (error) {
      const faults = faultsOf(error)
      if (!faults) throw error
      const ctx = pageContext(request)
      const view = { unit, pack: packOf(office.tenant), typed, faults }
      return sendPage(reply, ctx, unitPage(ctx, view), 422)
    }
  })
}

// What the organisation cannot do without is said beside the box that would take it away.
function faultsOf(error: unknown): BadInput['faults'] | undefined {
  if (error instanceof BadInput) return error.faults
  if (!(error instanceof Conflict)) return undefined
  if (error.reason === 'org.last-intake') return [{ field: 'intake', text: error.reason }]
  return error.reason === 'org.units-below' ? [{ field: 'active', text: error.reason }] : undefined
}
