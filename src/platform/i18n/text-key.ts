import type access from '../../../locales/en/access.json'
import type alarms from '../../../locales/en/alarms.json'
import type api from '../../../locales/en/api.json'
import type audit from '../../../locales/en/audit.json'
import type cases from '../../../locales/en/cases.json'
import type cli from '../../../locales/en/cli.json'
import type connectors from '../../../locales/en/connectors.json'
import type demo from '../../../locales/en/demo.json'
import type errors from '../../../locales/en/errors.json'
import type exchange from '../../../locales/en/exchange.json'
import type feeds from '../../../locales/en/feeds.json'
import type files from '../../../locales/en/files.json'
import type follow from '../../../locales/en/follow.json'
import type front from '../../../locales/en/front.json'
import type identity from '../../../locales/en/identity.json'
import type notify from '../../../locales/en/notify.json'
import type obligations from '../../../locales/en/obligations.json'
import type open311 from '../../../locales/en/open311.json'
import type org from '../../../locales/en/org.json'
import type raise from '../../../locales/en/raise.json'
import type rateLimit from '../../../locales/en/rate-limit.json'
import type reception from '../../../locales/en/reception.json'
import type settings from '../../../locales/en/settings.json'
import type setup from '../../../locales/en/setup.json'
import type staff from '../../../locales/en/staff.json'
import type time from '../../../locales/en/time.json'
import type ui from '../../../locales/en/ui.json'
import type webhooks from '../../../locales/en/webhooks.json'

/** The texts of each feature: one line here and one file per language under `locales/` for each. */
type Texts = {
  access: typeof access
  alarms: typeof alarms
  api: typeof api
  audit: typeof audit
  cases: typeof cases
  cli: typeof cli
  connectors: typeof connectors
  demo: typeof demo
  errors: typeof errors
  exchange: typeof exchange
  feeds: typeof feeds
  files: typeof files
  follow: typeof follow
  front: typeof front
  identity: typeof identity
  notify: typeof notify
  obligations: typeof obligations
  open311: typeof open311
  org: typeof org
  raise: typeof raise
  'rate-limit': typeof rateLimit
  reception: typeof reception
  settings: typeof settings
  setup: typeof setup
  staff: typeof staff
  time: typeof time
  ui: typeof ui
  webhooks: typeof webhooks
}

/** The key of a text, `<feature>.<key>`: `cases.accept.title` is `accept.title` in `locales/en/cases.json`. */
export type TextKey = { [F in keyof Texts & string]: `${F}.${keyof Texts[F] & string}` }[keyof Texts & string]
