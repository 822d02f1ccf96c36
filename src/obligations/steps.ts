import type { Length, Text } from '../packs/schema.ts'

type Half = { half?: 'morning' | 'afternoon' }

/**
 * One step of the way from trigger to due time, free of language so that a page can say it in any. Dates are local
 * ISO dates, instants ISO strings in UTC; `unpublished` marks a day whose year is not announced yet.
 */
export type Step =
  | { type: 'trigger'; at: string; date: string }
  | ({ type: 'counted'; date: string; n: number; makeup?: Text; unpublished?: true } & Half)
  | ({ type: 'skipped'; date: string; because: 'weekend'; unpublished?: true } & Half)
  | ({ type: 'skipped'; date: string; because: 'holiday'; name: Text } & Half)
  | ({ type: 'skipped'; date: string; because: 'paused'; cause: string } & Half)
  | { type: 'skipped'; date: string; because: 'begun'; half: 'morning' | 'afternoon' }
  | { type: 'paused'; from: string; to?: string; cause: string; capped: boolean }
  | { type: 'extended'; length: Length }
  | { type: 'shifted'; from: string; to: string }
  | { type: 'promised'; date: string }
  | { type: 'held'; due: string; counted: string }
  | { type: 'due'; at: string; provisional: boolean }
