import type { FastifyReply, FastifyRequest } from 'fastify'
import { authOf, type IdentityParts } from './auth.ts'
import { forwardCookies, headersOf } from './cookies.ts'

/** The session a request comes with. */
export type Session = { id: string; accountId: string; createdAt: number; expiresAt: number }

/** However busy it is, a session ends this long after it began. */
const longestSessionMs = 7 * 24 * 3_600_000

// A session is looked up in the database once in 30 seconds, and remembered here in between. The library can keep
// it in a second cookie instead; that costs two HMACs over a kilobyte on each request, and a session that was ended
// goes on for whoever kept the cookie. Ended here, it is over at once; ended by another process, within 30 seconds;
// and whoever left the staff is shut out at once, because who they are is read on each request.
const freshMs = 30_000
const capacity = 20_000

type Known = { session: Session; checkedAt: number }
const known = new WeakMap<object, Map<string, Known>>()

/** The session of a request, or undefined; a busy one is prolonged. */
export async function findSession(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session | undefined> {
  const auth = authOf(parts)
  const cookie = request.cookies[await sessionCookie(parts)]
  if (!cookie) return undefined
  const sessions = sessionsOf(parts)
  const now = Date.now()
  const remembered = sessions.get(cookie)
  if (remembered && now - remembered.checkedAt < freshMs && now >= remembered.checkedAt)
    return isOver(remembered.session, now) ? undefined : remembered.session
  const { headers, response } = await auth.api.getSession({
    headers: headersOf(request),
    returnHeaders: true,
  })
  forwardCookies(reply, headers)
  sessions.delete(cookie)
  if (!response) return undefined
  const session: Session = {
    id: response.session.id,
    accountId: response.session.userId,
    createdAt: response.session.createdAt.getTime(),
    expiresAt: response.session.expiresAt.getTime(),
  }
  if (isOver(session, now)) {
    const { headers: ended } = await auth.api.signOut({ headers: headersOf(request), returnHeaders: true })
    forwardCookies(reply, ended)
    return undefined
  }
  if (sessions.size >= capacity) sessions.clear()
  sessions.set(cookie, { session, checkedAt: now })
  return session
}

/** Forgets what is remembered of an account's sessions, after some of them were ended here. */
export function forgetSessions(parts: IdentityParts, accountId: string): void {
  const sessions = sessionsOf(parts)
  for (const [cookie, { session }] of sessions) if (session.accountId === accountId) sessions.delete(cookie)
}

const isOver = (session: Session, now: number): boolean =>
  session.expiresAt <= now || session.createdAt + longestSessionMs <= now

function sessionsOf({ owner }: IdentityParts): Map<string, Known> {
  const sessions = known.get(owner) ?? new Map<string, Known>()
  known.set(owner, sessions)
  return sessions
}

const cookieNames = new WeakMap<object, string>()

async function sessionCookie(parts: IdentityParts): Promise<string> {
  const name = cookieNames.get(parts.owner) ?? (await authOf(parts).$context).authCookies.sessionToken.name
  cookieNames.set(parts.owner, name)
  return name
}
