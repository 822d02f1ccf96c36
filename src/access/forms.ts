import { z } from 'zod'
import { typed } from '../platform/http/form-fields.ts'
import type { Scope } from './rules.ts'

/** What a token may do that acts for no member of staff, and so may be made on the page. */
export const ownScopes = ['open311', 'residents'] as const satisfies readonly Scope[]

/** A new token for a program. */
export const tokenForm = z.object({
  name: typed(z.string().trim().min(1, 'access.fault.name').max(100, 'access.fault.name')),
  scopes: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform(value => ownScopes.filter(one => [value].flat().includes(one)))
    .refine(scopes => scopes.length > 0, 'access.fault.scopes'),
  id: z.uuid().optional().catch(undefined),
})
