import { password } from './town.ts'

/** The cookies of a member of staff who has just signed in at a server. */
export async function signIn(address: string, email: string): Promise<string> {
  const answer = await fetch(`${address}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ email, password }),
    redirect: 'manual',
  })
  if (answer.status !== 303) throw new Error(`${email} could not sign in: ${answer.status}`)
  return cookiesOf(answer)
}

/** What a browser sends back after this answer. */
export function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map(cookie => cookie.slice(0, cookie.indexOf(';')))
    .join('; ')
}
