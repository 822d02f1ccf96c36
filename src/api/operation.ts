import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Scope } from '../access/rules.ts'
import type { FormLimits } from '../platform/files/form-parts.ts'
import type { Call } from './call.ts'
import type { Tag } from './tags.ts'

/** What an operation answers; nothing where what was done leaves nothing for the caller to see (HTTP 204). */
export type Answer<Body = unknown> =
  | {
      body: Body
      /** What the body is a version of, so that a caller can say which version they act on. */
      version?: string | number
      /** Where what was made can be read, below the root of the interface. */
      location?: string
      /** This had been done before under the same name, and is its first result. */
      repeated?: boolean
      /** The pages of a list beside this one, below the root of the interface. */
      links?: { next?: string | undefined; prev?: string | undefined }
    }
  | { send: (reply: FastifyReply) => Promise<FastifyReply> }
  | undefined

/** What a caller's `Idempotency-Key` does: the request is done once; or each time, because its result is kept nowhere. */
type Repeat = 'once' | 'each'

/** A multipart form: its files, what else it says, and how much it may bring. */
export type Upload = {
  /** The name of the part that is a file. */
  part: string
  /** What it takes, as a text key. */
  about: string
  many: boolean
  fields?: z.ZodObject
  limits: FormLimits
}

/**
 * One operation of the interface. The table of them drives the routes, the document and the tests alike. Its texts are
 * `api.op.<id>` and, where there is more to say, `api.about.<id>`.
 */
export type Operation = {
  id: string
  tag: Tag
  method: 'get' | 'post' | 'put' | 'delete'
  /** Below the root, with `{name}` for each parameter. */
  path: string
  /** Who may call it: any program with a token, one that acts for a member of staff, or one that shows a receipt too. */
  who: 'program' | 'staff' | 'resident'
  /** What the token must be good for; any token is where nothing is named. */
  scope?: Scope
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** The multipart form that it takes in place of a body. */
  upload?: Upload
  /** Of the answer: 201 where something was made. */
  status: 200 | 201 | 204
  result?: z.ZodType
  /** The answer is a file of one of these media types. */
  file?: readonly string[]
  /** Its answer names its version (`ETag`); a write takes the version it is about (`If-Match`). */
  versioned?: boolean
  /** What was done may take the case out of the caller's sight: then the answer is 204. */
  maySlip?: boolean
  /** The answer is a page of a list (`Link`). */
  paged?: boolean
  repeat?: Repeat
  /** What it changes; its result is what `answer` is told, also when the request comes again. */
  act?: (call: Call) => Promise<unknown>
  answer: (call: Call, result: unknown) => Promise<Answer>
}

type Read<S, Otherwise> = S extends z.ZodType ? z.output<S> : Otherwise

type TypedCall<P, Q, B> = Omit<Call, 'params' | 'query' | 'body'> & {
  params: Read<P, Record<never, never>>
  query: Read<Q, Record<never, never>>
  body: Read<B, undefined>
}

type Typed<P, Q, B, R, Result> = Omit<
  Operation,
  'params' | 'query' | 'body' | 'result' | 'act' | 'answer'
> & {
  params?: P
  query?: Q
  body?: B
  result?: R
  act?: (call: TypedCall<P, Q, B>) => Promise<Result>
  answer: (call: TypedCall<P, Q, B>, result: Result) => Promise<Answer<Read<R, never>>>
}

/** Declares an operation, with the types of what it takes and answers checked inside of it. */
export function operation<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
  Result = undefined,
>(one: Typed<P, Q, B, R, Result>): Operation {
  return one as unknown as Operation
}
