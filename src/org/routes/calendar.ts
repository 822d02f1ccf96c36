import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isPublished, type WorkingCalendar } from '../../obligations/calendar.ts'
import { readCalendar } from '../../obligations/reads.ts'
import { packOf } from '../../packs/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, NotFound } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import type { Office } from '../../platform/office.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import { sendPage } from '../../ui/respond.ts'
import { publishCalendar } from '../actions/settings.ts'
import { readDays, withDay, withYear } from '../calendar-days.ts'
import { dayForm, yearForm } from '../forms.ts'
import { type CalendarView, calendarPage } from '../pages/calendar.ts'
import { orgActions } from '../permissions.ts'
import { administratorOf } from './administrator.ts'

type Year = { Params: { year: string } }

/** The working calendar, year by year. */
export function calendarRoutes(app: FastifyInstance): void {
  app.get('/organisation/calendar', async (request, reply) => {
    const { office } = await administratorOf(request, orgActions.manageCalendars)
    const { year } = office.clock.now().toZonedDateTimeISO(office.tenant.timeZone)
    return reply.redirect(`/organisation/calendar/${year}`, 303)
  })

  app.get<Year>('/organisation/calendar/:year', async (request, reply) => {
    const { office } = await administratorOf(request, orgActions.manageCalendars)
    return show(request, reply, { calendar: await calendarOf(office), year: yearOf(request) })
  })

  app.post<Year>('/organisation/calendar/:year/day', async (request, reply) =>
    publish(request, reply, 'day', (calendar, _year, typed) => {
      const { previous, ...day } = parseForm(dayForm, typed)
      if (!isPublished(calendar, day.date)) {
        const values = { year: day.date.year }
        throw new BadInput([{ field: 'date', text: 'org.day.year-unpublished', values }])
      }
      return { next: withDay(calendar, day), previous }
    }),
  )

  app.post<Year>('/organisation/calendar/:year/year', async (request, reply) =>
    publish(request, reply, 'year', (calendar, year, typed) => {
      const { previous, ...texts } = parseForm(yearForm, typed)
      const holidays = readDays('holidays', texts.holidays, year)
      const makeup = readDays('makeup', texts.makeup, year)
      const faults = [...holidays.faults, ...makeup.faults]
      for (const { date } of makeup.days) {
        if (holidays.days.some(day => day.date === date))
          faults.push({ field: 'makeup', text: 'org.days.both', values: { text: date } })
      }
      if (faults.length > 0) throw new BadInput(faults)
      const halfDays = calendar.years[String(year)]?.halfDays ?? []
      const days = { holidays: holidays.days, makeup: makeup.days, halfDays }
      return { next: withYear(calendar, String(year), days), previous }
    }),
  )
}

async function publish(
  request: FastifyRequest<Year>,
  reply: FastifyReply,
  form: NonNullable<CalendarView['refused']>['form'],
  change: (
    calendar: WorkingCalendar,
    year: number,
    typed: Typed,
  ) => { next: WorkingCalendar; previous: string },
): Promise<FastifyReply> {
  const { office, actor } = await administratorOf(request, orgActions.manageCalendars)
  const calendar = await calendarOf(office)
  const year = yearOf(request)
  const typed = (request.body ?? {}) as Typed
  try {
    const { next, previous } = change(calendar, year, typed)
    await publishCalendar(office, actor, next, previous)
    return reply.redirect(`/organisation/calendar/${year}?done=published`, 303)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    return show(request, reply, { calendar, year, refused: { form, typed, faults: error.faults } })
  }
}

/** The calendar of the rules that new cases are filed under. */
function calendarOf(office: Office): Promise<WorkingCalendar> {
  const { calendar } = packOf(office.tenant)
  return inSnapshot(office.pool, office.tenant.id, tx => readCalendar(tx, calendar))
}

function yearOf(request: FastifyRequest<Year>): number {
  const year = /^(19|20|21)\d\d$/.test(request.params.year) ? Number(request.params.year) : undefined
  if (year === undefined) throw new NotFound('year')
  return year
}

function show(request: FastifyRequest, reply: FastifyReply, view: CalendarView): FastifyReply {
  const ctx = pageContextAfter(request, { published: 'org.done.calendar-published' })
  return sendPage(reply, ctx, calendarPage(ctx, view), view.refused ? 422 : 200)
}
