import type { FastifyReply, FastifyRequest } from 'fastify'
import type { T } from '../i18n/translator.ts'
import { networkOf } from './address.ts'
import type { Limit } from './limit.ts'

/** Makes the reply a 429 that says when to come back (RFC 6585 section 4); the caller sends the page or JSON. */
export function tooManyRequests(reply: FastifyReply, waitMs: number): FastifyReply {
  return reply.code(429).header('Retry-After', String(Math.ceil(waitMs / 1000)))
}

/** Tells a person how long to wait: in seconds up to a minute and a half, else in minutes, rounded up. */
export function waitText(t: T, waitMs: number): string {
  const seconds = Math.ceil(waitMs / 1000)
  if (seconds <= 90) return t('rate-limit.wait-seconds', { seconds })
  return t('rate-limit.wait-minutes', { minutes: Math.ceil(seconds / 60) })
}

/** A preHandler hook that counts requests by address; `answer` sends the page for those that must wait. */
export function limitByAddress(
  limit: Limit,
  now: () => Temporal.Instant,
  answer: (request: FastifyRequest, reply: FastifyReply, waitMs: number) => Promise<FastifyReply>,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const waitMs = limit.attempt(networkOf(request.ip), now())
    if (waitMs === 0) return undefined
    return answer(request, tooManyRequests(reply, waitMs), waitMs)
  }
}
