import type { FastifyInstance } from 'fastify'
import type { Parts } from '../../platform/http/parts.ts'
import { registerDraftFiles } from './routes/files.ts'
import { registerQuestions } from './routes/questions.ts'
import { registerSending } from './routes/sending.ts'

/** Raising a problem: questions, files, check and send, receipt. */
export function raiseRoutes(app: FastifyInstance, parts: Parts): void {
  registerQuestions(app)
  registerDraftFiles(app, parts)
  registerSending(app, parts)
}
