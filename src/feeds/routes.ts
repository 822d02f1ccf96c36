import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { renewCalendar } from '../cases/actions/resident.ts'
import { requireFollowed } from '../cases/follow/guard.ts'
import { requireActor } from '../identity/actor.ts'
import { originShown } from '../identity/origin.ts'
import { findActorById, findOrganisation } from '../org/reads.ts'
import { formatCaseNumber, parseCaseNumber } from '../platform/case-number.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { NotFound } from '../platform/errors.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { isLang } from '../platform/i18n/languages.ts'
import { translator } from '../platform/i18n/translator.ts'
import { pageContextAfter } from '../ui/flash.ts'
import { sendPage } from '../ui/respond.ts'
import { endAddress, renewAddress } from './actions.ts'
import { caseCalendar, isCaseAddress, readStaffAddress, staffCalendars } from './address.ts'
import { calendarText } from './calendar.ts'
import { caseCalendarPage, staffCalendarsPage } from './pages.ts'
import { casesOf, findAddress, findCaseWithKey, findStaffOfAddress, type Whose } from './reads.ts'
import { entriesOfCase, entriesOfStaff } from './rules.ts'

/** Calendars of due dates: those of a member of staff and of their units, and that of one case. */
export function feedRoutes(app: FastifyInstance, parts: Parts): void {
  const page = '/account/calendars'

  app.get(page, async (request, reply) => {
    const office = requireOffice(request.office)
    const { staffId } = requireActor(request)
    const row = await inSnapshot(office.pool, office.tenant.id, tx => findAddress(tx, staffId))
    const ctx = pageContextAfter(request, { made: 'feeds.done.made', ended: 'feeds.done.ended' })
    const addresses = row && {
      ...staffCalendars(office, row.id, originShown(parts, request), ctx.lang),
      createdAt: row.created_at,
    }
    return sendPage(reply, ctx, staffCalendarsPage(ctx, addresses))
  })

  app.post(`${page}/renew`, async (request, reply) => {
    await renewAddress(requireOffice(request.office), requireActor(request))
    return reply.redirect(`${page}?done=made`, 303)
  })

  app.post(`${page}/end`, async (request, reply) => {
    await endAddress(requireOffice(request.office), requireActor(request))
    return reply.redirect(`${page}?done=ended`, 303)
  })

  for (const whose of ['mine', 'unit'] as const)
    app.get<{ Params: { id: string } }>(`/feeds/staff/:id/${whose}.ics`, (request, reply) =>
      sendStaffCalendar(parts, request, reply, whose),
    )

  app.get<{ Params: { number: string } }>('/follow/:number/calendar', async (request, reply) => {
    const { view } = await requireFollowed(request)
    const { state, key } = view.record
    if (!key) throw new NotFound('calendar')
    const address = caseCalendar(state, key, originShown(parts, request))
    const ctx = pageContextAfter(request, { renewed: 'feeds.case.done.renewed' })
    return sendPage(reply, ctx, caseCalendarPage(ctx, state.number, address))
  })

  app.post<{ Params: { number: string } }>('/follow/:number/calendar/renew', async (request, reply) => {
    const { office, view } = await requireFollowed(request)
    const { id, number } = view.record.state
    await renewCalendar(office, { id })
    return reply.redirect(`/follow/${number}/calendar?done=renewed`, 303)
  })

  app.get<{ Params: { number: string; id: string } }>(
    '/feeds/case/:number/:id/due.ics',
    async (request, reply) => {
      const office = requireOffice(request.office)
      const { tenant, pool } = office
      const parsed = parseCaseNumber(request.params.number)
      if (!parsed) throw new NotFound('calendar')
      const number = formatCaseNumber(parsed)
      const { found, organisation } = await inSnapshot(pool, tenant.id, async tx => {
        const [found, organisation] = await Promise.all([
          findCaseWithKey(office, tx, number),
          findOrganisation(pool, tx),
        ])
        return { found, organisation }
      })
      if (!found || !isCaseAddress(found.key, found.state, request.params.id)) throw new NotFound('calendar')
      const { state } = found
      const t = translator(state.language)
      const text = calendarText(entriesOfCase(state, tenant.timeZone), {
        name: t('feeds.case.name', { number: state.number, institution: tenant.name[state.language] }),
        for: 'resident',
        t,
        tenant: tenant.id,
        timeZone: tenant.timeZone,
        organisation,
        linkTo: one => `${originShown(parts, request)}/follow?number=${one}`,
      })
      return sendCalendar(request, reply, text)
    },
  )
}

// Called off in the last month is shown as such, for programs that keep what a feed no longer names.
const calledOffFor = { hours: 24 * 30 }

async function sendStaffCalendar(
  parts: Parts,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  whose: Whose,
): Promise<FastifyReply> {
  const office = requireOffice(request.office)
  const { tenant, pool, clock } = office
  const id = readStaffAddress(office, request.params.id)
  if (!id) throw new NotFound('calendar')
  const since = clock.now().subtract(calledOffFor)
  const found = await inSnapshot(pool, tenant.id, async tx => {
    const staffId = await findStaffOfAddress(tx, id)
    const actor = staffId === undefined ? undefined : await findActorById(tx, staffId)
    return actor && casesOf(office, tx, actor, whose, since)
  })
  if (!found) throw new NotFound('calendar')
  // A program that fetches calendars names a language of its own, which is not its owner's wish.
  const { lang } = request.query as { lang?: unknown }
  const t = translator(typeof lang === 'string' && isLang(lang) ? lang : tenant.language)
  const text = calendarText(entriesOfStaff(found.states, tenant.timeZone, since), {
    name: t(`feeds.${whose}.name`, { institution: tenant.name[t.lang] }),
    for: 'staff',
    t,
    tenant: tenant.id,
    timeZone: tenant.timeZone,
    organisation: found.organisation,
    linkTo: number => `${originShown(parts, request)}/cases/${number}`,
  })
  return sendCalendar(request, reply, text)
}

function sendCalendar(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  const tag = `"${hash('sha256', text, 'base64url').slice(0, 27)}"`
  reply.header('etag', tag).header('cache-control', 'private, no-cache').header('x-robots-tag', 'noindex')
  const known = request.headers['if-none-match'] ?? ''
  const isKnown = known.split(',').some(one => one.trim().replace(/^W\//, '') === tag || one.trim() === '*')
  if (isKnown) return reply.code(304).send()
  return reply
    .type('text/calendar; charset=utf-8')
    .header('content-disposition', 'inline; filename="answerable.ics"')
    .send(text)
}
