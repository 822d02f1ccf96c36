import type { FastifyInstance } from 'fastify'
import type { Parts } from '../../platform/http/parts.ts'
import type { ReceiptLimit } from '../../platform/rate-limit/receipt-limit.ts'
import { registerActs } from './routes/acts.ts'
import { registerCase } from './routes/case.ts'
import { registerEntry } from './routes/entry.ts'
import { registerProof } from './routes/proof.ts'

/** Following one's own case: the way in, the case, and what one does to it. `receipts` counts wrong codes. */
export function followRoutes(app: FastifyInstance, parts: Parts, receipts: ReceiptLimit): void {
  registerEntry(app, receipts)
  registerCase(app, parts)
  registerProof(app)
  registerActs(app, parts)
}
