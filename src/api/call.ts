import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/reads.ts'
import type { CaseView } from '../cases/follow/view.ts'
import type { Actor } from '../org/may.ts'
import type { Parts } from '../platform/http/parts.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import type { PageContext } from '../ui/page-context.ts'

/** A request to an operation, checked: who calls, what they may, and what they sent. */
export type Call = {
  parts: Parts
  office: Office
  /** The same office for the one change of this request, which is then made once however often it is sent. */
  once: Office
  caller: Caller
  /** Whom the token acts for. Only operations for staff have one; asking for it elsewhere is a bug. */
  actor: Actor
  /** The case of the receipt. Only operations for residents have one. */
  followed: CaseView
  ctx: PageContext
  t: T
  request: FastifyRequest
  reply: FastifyReply
  params: Record<string, unknown>
  query: Record<string, unknown>
  body: unknown
  /** The version that the caller acts on, where they named one. */
  ifMatch: IfMatch | undefined
  /** What makes this request the same as another: the caller's key, if there is one, and a digest of what it asks. */
  named: Named | undefined
}

/** A request that names itself: its key, and a digest of all that it asks. */
export type Named = {
  readonly key: string
  /** What a form says is a part of it once the form has been read, which is before anything is done. */
  asked: string
  formRead: boolean
}

/** The versions that `If-Match` names; `any` for `*`. */
export type IfMatch = 'any' | readonly string[]
