import type { StoredFile } from '../../platform/files/accept-upload.ts'

/** The fields of the filing form, as they are typed; one draft holds them all, whichever page asks for them. */
export type FieldName =
  | 'kind'
  | 'category'
  | 'what'
  | 'wanted'
  | 'address'
  | 'area'
  | 'latitude'
  | 'longitude'
  | 'protection'
  | 'name'
  | 'email'
  | 'phone'
  | 'own'
  | 'unit'
  | 'named'
  | 'retaliation'

/** The field of a question that the chosen category asks besides. */
export type QuestionField = `q-${string}`

/** What was typed so far, checked or not. */
export type Answers = Readonly<Partial<Record<FieldName | QuestionField, string>>>

/** A case being written: what was typed, and the files that were taken. Sealed with the key that becomes the case's. */
export type Draft = {
  readonly id: string
  readonly wrappedKey: Buffer
  readonly answers: Answers
  readonly files: readonly StoredFile[]
}

/** What a browser holds of its draft: its id, and the secret that proves it. */
export type DraftTicket = { readonly id: string; readonly secret: string }

/** Most files of a case. */
export const maxFiles = 10
/** Most bytes of one file: 15 MB. */
export const maxFileBytes = 15_000_000
/** How long a draft is kept after it was last touched. */
export const draftDays = 30
