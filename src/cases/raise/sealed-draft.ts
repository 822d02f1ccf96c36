import { hash, timingSafeEqual } from 'node:crypto'
import type { Json } from '../../platform/json.ts'
import type { Office } from '../../platform/office.ts'
import { unwrapDataKey } from '../../platform/sealing/keys.ts'
import { seal, unseal } from '../../platform/sealing/payload.ts'
import { sealingPlace } from '../../platform/stream.ts'
import { cleanText } from '../../platform/typed-text.ts'
import type { Answers, Draft, DraftTicket, FieldName, QuestionField } from './draft.ts'

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
export function typedAnswers(body: unknown, only: readonly FieldName[]): Answers {
  const sent = (body ?? {}) as Record<string, unknown>
  const answers: Partial<Record<keyof Answers, string>> = {}
  for (const name of only) {
    const value = Array.isArray(sent[name]) ? sent[name].at(-1) : sent[name]
    if (typeof value === 'string') answers[name] = cleanText(value)
  }
  return answers
}

/** What a form sent for the questions of a category: the boxes ticked of one question are one answer. */
export function typedQuestions(body: unknown): Answers {
  const answers: Partial<Record<QuestionField, string>> = {}
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>).slice(0, 50)) {
    if (/^q-[a-z0-9-]{1,60}$/.test(name)) answers[name as QuestionField] = cleanText([value].flat().join(','))
  }
  return answers
}
