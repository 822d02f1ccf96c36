import { setTimeout as sleep } from 'node:timers/promises'
import { pdf } from '../../src/platform/files/fixtures/documents.ts'
import { readReceipt } from '../support/receipt.ts'
import { plainAnswers } from '../support/resident.ts'

/** A receipt that a resident was shown, and what they had filed. */
export type Shown = { number: string; receiptCode: string; story: string; withFile: boolean }

type Answer = { status: number; location: string; body: string }

/** A browser without scripts whose server comes and goes; every request is repeated until it is answered. */
export function stubbornBrowser(addressOf: () => string, network: string, patience: AbortSignal) {
  const cookies = new Map<string, string>()

  async function once(
    method: 'GET' | 'POST',
    path: string,
    body?: URLSearchParams | FormData,
  ): Promise<Answer> {
    const answer = await fetch(new URL(path, addressOf()), {
      method,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(15_000), patience]),
      headers: {
        accept: 'text/html',
        'accept-language': 'en',
        'x-forwarded-for': network,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(body && { body }),
    })
    const text = await answer.text()
    // A cookie counts once its answer has come through whole, as in a browser that was cut off before.
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /max-age=0/i.test(cookie)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return { status: answer.status, location: answer.headers.get('location') ?? '', body: text }
  }

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    body?: () => URLSearchParams | FormData,
  ): Promise<Answer> {
    let last: unknown
    for (const until = Date.now() + 60_000; Date.now() < until; ) {
      patience.throwIfAborted()
      try {
        const answer = await once(method, path, body?.())
        if (answer.status < 500) return answer
        last = answer.status
      } catch (error) {
        // The server is gone: it may or may not have done what it was asked.
        patience.throwIfAborted()
        last = error
      }
      await sleep(40)
    }
    throw new Error(`${method} ${path} was not answered for a minute`, { cause: last })
  }

  return {
    get: (path: string) => ask('GET', path),
    post: (path: string, fields: Record<string, string>) =>
      ask('POST', path, () => new URLSearchParams(fields)),
    upload: (path: string, name: string, content: Buffer) =>
      ask('POST', path, () => {
        const form = new FormData()
        form.append('files', new Blob([new Uint8Array(content)], { type: 'application/pdf' }), name)
        form.append('do', 'add')
        return form
      }),
  }
}

/** A person to look for afterwards. */
export type Person = { name: string; email: string; phone: string }

/**
 * Files one case through the real forms, from the first question to the receipt on the screen, however often the server
 * dies on the way. What was answered with "go on" must still be there afterwards.
 */
export async function fileStubbornly(
  addressOf: () => string,
  network: string,
  { story, person, withFile }: { story: string; person: Person; withFile: boolean },
  patience: AbortSignal,
): Promise<Shown> {
  const browser = stubbornBrowser(addressOf, network, patience)
  const answers = { ...plainAnswers, what: { what: story, wanted: '' }, contact: { ...person } }
  for (const [step, fields] of Object.entries(answers)) {
    const answer = await browser.post(`/raise/${step}`, fields)
    if (answer.status !== 303) throw new Error(`${story}: ${step} was answered with ${answer.status}`)
  }
  if (withFile) await browser.upload('/raise/files', 'letter.pdf', pdf())
  for (;;) {
    const check = await browser.get('/raise/check')
    // Sent before, and the answer lost: whoever still holds the draft is led to the receipt.
    if (check.location.startsWith('/raise/receipt')) break
    const seen = /name="seen" value="([^"]+)"/.exec(check.body)?.[1]
    if (!seen || !check.body.includes(story)) throw new Error(`${story}: a draft that was saved is gone`)
    const sent = await browser.post('/raise/send', { seen })
    if (sent.location.startsWith('/raise/receipt')) break
  }
  const { body } = await browser.get('/raise/receipt')
  return { ...readReceipt(body), story, withFile }
}
