import type { FastifyInstance } from 'fastify'
import type { Parts } from '../../platform/http/parts.ts'
import { registerActs } from './routes/acts.ts'
import { registerCase } from './routes/case.ts'
import { registerEntry } from './routes/entry.ts'
import { registerProof } from './routes/proof.ts'

/** Following one's own case: the way in, the case, and what one does to it. */
export function followRoutes(app: FastifyInstance, parts: Parts): void {
  registerEntry(app)
  registerCase(app, parts)
  registerProof(app)
  registerActs(app, parts)
}
