import { z } from 'zod'
import type { CaseProof } from '../../audit/case-proof.ts'
import { instant } from './common.ts'

/** What `check.mjs` of the public record checks: the same file that the resident's page gives. */
export const proofSchema = z
  .object({
    version: z.literal(1),
    tenant: z.int(),
    number: z.string(),
    stream: z.string(),
    events: z.array(
      z.object({
        seq: z.int(),
        type: z.string(),
        at: instant,
        actor: z.unknown(),
        data: z.unknown(),
        sealed: z.string().nullable().meta({ description: 'api.field.proof.sealed' }),
      }),
    ),
    position: z.int(),
    path: z.array(z.string()),
    checkpoint: z.looseObject({ no: z.int(), root: z.string() }),
    publicKey: z.string().meta({ description: 'api.field.proof.key' }),
    later: z.int().meta({ description: 'api.field.proof.later' }),
  })
  .meta({ id: 'CaseProof' })

/** The proof as it is, to the letter: what is checked is the text. */
export function viewProof(proof: CaseProof): z.input<typeof proofSchema> {
  return {
    ...proof,
    events: [...proof.events],
    path: [...proof.path],
    checkpoint: { ...proof.checkpoint },
  }
}
