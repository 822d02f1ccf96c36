import type cli from '../../../locales/en/cli.json'
import type errors from '../../../locales/en/errors.json'
import type files from '../../../locales/en/files.json'
import type identity from '../../../locales/en/identity.json'
import type org from '../../../locales/en/org.json'
import type rateLimit from '../../../locales/en/rate-limit.json'
import type settings from '../../../locales/en/settings.json'
import type setup from '../../../locales/en/setup.json'
import type time from '../../../locales/en/time.json'
import type ui from '../../../locales/en/ui.json'

/** The texts of each feature: one line here and one file per language under `locales/` for each. */
type Texts = {
  cli: typeof cli
  errors: typeof errors
  files: typeof files
  identity: typeof identity
  org: typeof org
  'rate-limit': typeof rateLimit
  settings: typeof settings
  setup: typeof setup
  time: typeof time
  ui: typeof ui
}

/** The key of a text, `<feature>.<key>`: `cases.accept.title` is `accept.title` in `locales/en/cases.json`. */
export type TextKey = { [F in keyof Texts & string]: `${F}.${keyof Texts[F] & string}` }[keyof Texts & string]
