import { z } from 'zod'
import { typed } from '../platform/http/form-fields.ts'

/** A new connection; what is copied is chosen once the other side's services are known. */
export const connectionForm = z.object({
  name: typed(),
  direction: z.enum(['to', 'from'], 'connectors.fault.direction'),
  url: typed(),
  jurisdiction: typed(),
  apiKey: typed(),
})

/** What may change of a connection besides its categories. */
export const changeForm = z.object({
  name: typed(),
  jurisdiction: typed(),
  apiKey: typed(),
  everyMinutes: typed(z.string().regex(/^\s*[\d０-９]{1,4}\s*$/, 'connectors.fault.every')).transform(text =>
    Number(text.normalize('NFKC')),
  ),
})
