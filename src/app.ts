import type { FastifyInstance } from 'fastify'
import { auditJobs } from './audit/jobs.ts'
import { caseJobs } from './cases/jobs.ts'
import type { Parts } from './platform/http/parts.ts'
import { createServer } from './platform/http/server.ts'
import type { Jobs } from './platform/jobs.ts'
import { showError } from './ui/error-page.ts'

/** The web application: every feature by name, in reading order. */
export async function createApp(parts: Parts): Promise<FastifyInstance> {
  const app = await createServer(parts, showError)
  return app
}

/** The background work of every feature. */
export function jobsOf(parts: Parts): Jobs[] {
  return [caseJobs(parts), auditJobs(parts)]
}
