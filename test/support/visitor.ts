import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { setPassword } from '../../src/identity/actions/links.ts'
import type { Parts } from '../../src/platform/http/parts.ts'
import type { Office } from '../../src/platform/office.ts'

/** The password that test accounts are given. */
export const testPassword = 'a kettle, a ladder, a goose'

/** A browser for tests: keeps cookies, posts forms, stays on one host. */
export type Visitor = {
  cookies: Map<string, string>
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  post(
    url: string,
    fields?: Record<string, string | string[]>,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
}

/** A browser with no cookies; `address` is where it connects from. */
export function visitor(app: FastifyInstance, { host = 'localhost', address = '203.0.113.7' } = {}): Visitor {
  const cookies = new Map<string, string>()
  const send = async (
    method: 'GET' | 'POST',
    url: string,
    payload: string | undefined,
    extra: Record<string, string>,
  ) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const headers = {
      host,
      'accept-language': 'en',
      accept: 'text/html',
      ...(cookie && { cookie }),
      ...(payload !== undefined && type),
      ...extra,
    }
    const answer = await app.inject({
      method,
      url,
      headers,
      remoteAddress: address,
      ...(payload !== undefined && { payload }),
    })
    for (const { name, value, maxAge } of answer.cookies as {
      name: string
      value: string
      maxAge?: number
    }[]) {
      if (maxAge === 0 || value === '') cookies.delete(name)
      else cookies.set(name, encodeURIComponent(value))
    }
    return answer
  }
  return {
    cookies,
    get: (url, headers = {}) => send('GET', url, undefined, headers),
    post: (url, fields = {}, headers = {}) => {
      const form = new URLSearchParams()
      for (const [name, value] of Object.entries(fields))
        for (const one of [value].flat()) form.append(name, one)
      return send('POST', url, form.toString(), headers)
    },
  }
}

/** Gives a member of staff the test password. */
export function giveTestPassword(parts: Parts, office: Office, staffId: string): Promise<void> {
  return setPassword(parts, office, staffId, testPassword, 'command')
}

/** A browser in which somebody has signed in with the test password. */
export async function signedInVisitor(
  app: FastifyInstance,
  email: string,
  options: Parameters<typeof visitor>[1] = {},
): Promise<Visitor> {
  const browser = visitor(app, options)
  const answer = await browser.post('/sign-in', { email, password: testPassword })
  if (answer.statusCode !== 303) throw new Error(`not signed in: ${answer.statusCode}`)
  return browser
}
