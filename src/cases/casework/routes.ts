import type { FastifyInstance } from 'fastify'
import type { Parts } from '../../platform/http/parts.ts'
import { queueRoutes } from '../queue/routes.ts'
import { actRoutes } from './routes/act.ts'
import { caseRoutes } from './routes/case.ts'
import { identityRoutes } from './routes/identity.ts'

/** Everything staff see and do of cases: the lists, the case, and what can be done to it. */
export function caseworkRoutes(app: FastifyInstance, parts: Parts): void {
  queueRoutes(app)
  caseRoutes(app, parts)
  identityRoutes(app)
  actRoutes(app, parts)
}
