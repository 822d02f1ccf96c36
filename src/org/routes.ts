import type { FastifyInstance } from 'fastify'
import type { Parts } from '../platform/http/parts.ts'
import { calendarRoutes } from './routes/calendar.ts'
import { settingsRoutes } from './routes/settings.ts'
import { staffRoutes } from './routes/staff.ts'
import { unitRoutes } from './routes/units.ts'

/** Administration: units, staff, the calendar and the settings, for administrators. */
export function orgRoutes(app: FastifyInstance, parts: Parts): void {
  unitRoutes(app)
  staffRoutes(app, parts)
  calendarRoutes(app)
  settingsRoutes(app, parts)
}
