import { hash, timingSafeEqual } from 'node:crypto'
import type { Json } from '../../platform/json.ts'
import type { Office } from '../../platform/office.ts'
import { unwrapDataKey } from '../../platform/sealing/keys.ts'
import { seal, unseal } from '../../platform/sealing/payload.ts'
import { sealingPlace } from '../../platform/stream.ts'
import { cleanText } from '../../platform/typed-text.ts'
import { type Answers, type Draft, type DraftTicket, type FieldName, fieldNames } from './draft.ts'

/** What the row keeps in place of the secret. The secret has 256 random bits, so a plain digest cannot be guessed at. */
export function secretDigest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** Opens a draft's row for whoever has its secret; undefined for anybody else. */
export function openDraft(
  office: Office,
  { id, secret }: DraftTicket,
  row: { secret_digest: Buffer; wrapped_key: Buffer; sealed: Buffer } | undefined,
): Draft | undefined {
  if (!row || !timingSafeEqual(row.secret_digest, secretDigest(secret))) return undefined
  const key = unwrapDataKey(office.key, row.wrapped_key, id)
  const content = unseal(key, sealingPlace(office.tenant.id, id, 'draft'), row.sealed)
  const { answers, files } = content as unknown as Pick<Draft, 'answers' | 'files'>
  return { id, wrappedKey: row.wrapped_key, answers, files }
}

/** Seals what a draft holds. */
export function sealDraft(office: Office, { id, wrappedKey, answers, files }: Draft): Buffer {
  const key = unwrapDataKey(office.key, wrappedKey, id)
  return seal(key, sealingPlace(office.tenant.id, id, 'draft'), { answers, files } as unknown as Json)
}

/** The fields that a form sent, as they are kept: other fields fall away, and what no database can hold. */
export function typedAnswers(body: unknown, only: readonly FieldName[] = fieldNames): Answers {
  const sent = (body ?? {}) as Record<string, unknown>
  const answers: Partial<Record<FieldName, string>> = {}
  for (const name of only) {
    const value = Array.isArray(sent[name]) ? sent[name].at(-1) : sent[name]
    if (typeof value === 'string') answers[name] = cleanText(value)
  }
  return answers
}
