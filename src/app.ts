import type { FastifyInstance } from 'fastify'
import { accessRoutes } from './access/routes.ts'
import { apiRoutes } from './api/routes.ts'
import { auditJobs } from './audit/jobs.ts'
import { auditRoutes } from './audit/routes.ts'
import { noteUndelivered } from './cases/actions/note-undelivered.ts'
import { caseworkRoutes } from './cases/casework/routes.ts'
import { followJobs } from './cases/follow/jobs.ts'
import { followRoutes } from './cases/follow/routes.ts'
import { caseJobs, letterhead } from './cases/jobs.ts'
import { caseNavigation } from './cases/navigation.ts'
import { findLetter } from './cases/notice-letter.ts'
import { raiseJobs } from './cases/raise/jobs.ts'
import { raiseRoutes } from './cases/raise/routes.ts'
import { connectorJobs } from './connectors/jobs.ts'
import { relayCopies } from './connectors/relay.ts'
import { connectorRoutes } from './connectors/routes.ts'
import { loadDemoAtSetUp } from './demo/actions/start-demo.ts'
import { exchangeJobs } from './exchange/jobs.ts'
import { exchangeRoutes } from './exchange/routes.ts'
import { feedRoutes } from './feeds/routes.ts'
import { frontRoutes } from './front/routes.ts'
import type { Navigation } from './identity/actor.ts'
import { identityJobs } from './identity/jobs.ts'
import { identityRoutes } from './identity/routes.ts'
import { notifyJobs } from './notify/jobs.ts'
import { open311Routes } from './open311/routes.ts'
import { orgNavigation } from './org/navigation.ts'
import { orgRoutes } from './org/routes.ts'
import type { Parts } from './platform/http/parts.ts'
import { createServer } from './platform/http/server.ts'
import type { Jobs } from './platform/jobs.ts'
import type { Relay } from './platform/office.ts'
import { createReceiptLimit } from './platform/rate-limit/receipt-limit.ts'
import { receptionRoutes } from './reception/routes.ts'
import { setUpRoutes } from './setup/routes.ts'
import { showError } from './ui/error-page.ts'
import { webhookJobs } from './webhooks/jobs.ts'
import { relayCaseEvents } from './webhooks/relay.ts'
import { webhookRoutes } from './webhooks/routes.ts'

/** The web application: every feature by name, in reading order. */
export async function createApp(parts: Parts): Promise<FastifyInstance> {
  const app = await createServer(parts, showError)
  // One count of wrong receipt codes for pages and programs.
  const receipts = createReceiptLimit()
  setUpRoutes(app, parts, { loadDemo: loadDemoAtSetUp })
  frontRoutes(app)
  raiseRoutes(app, parts)
  followRoutes(app, parts, receipts)
  identityRoutes(app, parts, { navigation, home: '/cases' })
  caseworkRoutes(app, parts)
  receptionRoutes(app, parts)
  orgRoutes(app, parts)
  accessRoutes(app)
  webhookRoutes(app, parts)
  connectorRoutes(app, parts)
  feedRoutes(app, parts)
  exchangeRoutes(app, parts)
  auditRoutes(app, parts)
  apiRoutes(app, parts, receipts)
  open311Routes(app, parts)
  return app
}

/** What follows from anything that is recorded, whoever records it. */
export const relay: Relay = async (...recorded) => [
  ...(await relayCaseEvents(...recorded)),
  ...(await relayCopies(...recorded)),
]

/** The main menu of a member of staff: what they may open, in the order of the day's work. */
const navigation: Navigation = (actor, t, path) => [
  ...caseNavigation(actor, t, path),
  ...orgNavigation(actor, t, path),
]

/** The background work of every feature. */
export function jobsOf(parts: Parts): Jobs[] {
  const { offices, mailer, log, baseUrl } = parts
  return [
    caseJobs(parts),
    raiseJobs(parts),
    followJobs(parts),
    auditJobs(parts),
    identityJobs(parts),
    webhookJobs(parts),
    connectorJobs(parts),
    exchangeJobs(parts),
    notifyJobs({
      mailer,
      log,
      undelivered: async key => noteUndelivered(await offices.forTenant(key.tenant), key),
      findLetter: async key => {
        const head = letterhead(parts, number => `${baseUrl()}/follow?number=${number}`)
        return findLetter(await offices.forTenant(key.tenant), key, head)
      },
    }),
  ]
}
