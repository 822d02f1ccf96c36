import type { Operation } from './operation.ts'
import { actOperations } from './operations/acts.ts'
import { caseOperations } from './operations/cases.ts'
import { exportOperations } from './operations/exports.ts'
import { feedOperations } from './operations/feeds.ts'
import { deskOperations, filingOperations } from './operations/filing.ts'
import { followOperations } from './operations/follow.ts'
import { importOperations } from './operations/imports.ts'
import { administrationOperations, organisationOperations } from './operations/organisation.ts'
import { calendarOperations, settingsOperations } from './operations/settings.ts'
import { startOperations } from './operations/start.ts'
import { webhookOperations } from './operations/webhooks.ts'

/** Every operation of the interface: the one table that drives the routes, the document, its page and the tests. */
export const operations: readonly Operation[] = [
  ...startOperations,
  ...caseOperations,
  ...actOperations,
  ...deskOperations,
  ...filingOperations,
  ...followOperations,
  ...feedOperations,
  ...organisationOperations,
  ...calendarOperations,
  ...administrationOperations,
  ...settingsOperations,
  ...webhookOperations,
  ...exportOperations,
  ...importOperations,
]
