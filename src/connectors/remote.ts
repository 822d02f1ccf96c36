import type { Allowed } from '../platform/http-client/address.ts'
import { ask } from '../platform/http-client/ask.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Office } from '../platform/office.ts'
import { openApiKey } from './key.ts'
import type { WorkingConnection } from './reads.ts'
import { type Failure, readAnswer, type Told } from './rules/answers.ts'

/** Another server, as a connection speaks to it: GeoReport v2 in JSON. */
export type Remote = {
  /** Asks for a resource such as `requests`. */
  get(resource: string, query?: Readonly<Record<string, string>>): Promise<Told>
  /** Posts a form; `name` is what we call it, the same for the same thing however often it is sent. */
  post(
    resource: string,
    name: string,
    form: readonly (readonly [string, string])[],
    language: Lang,
  ): Promise<Told>
  /** A single thing that is no list, as a service's definition; undefined where there is none. */
  getOne(resource: string): Promise<unknown>
}

/** Nothing goes over the connection now. */
export class Failed extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(`the other server: ${failure.fault}`)
    this.failure = failure
  }
}

/** Most bytes that are read of an answer: 1,000 requests of 5,000 characters with room to spare. */
const mostBytes = 16_000_000

/** What is needed to speak to a server. */
export type Speaking = { url: string; jurisdiction: string | null; key: string | undefined }

/** Speaks to a server; where requests may go is looked at each time. */
export function remoteAt(
  office: Pick<Office, 'clock'>,
  { url, jurisdiction, key }: Speaking,
  allowed: Allowed,
): Remote {
  const terms = { allowed, now: () => office.clock.now() }
  const headers = { accept: 'application/json', 'user-agent': 'Answerable-Connector/1' }
  const common = [
    ...(key === undefined ? [] : ([['api_key', key]] as const)),
    ...(jurisdiction === null ? [] : ([['jurisdiction_id', jurisdiction]] as const)),
  ]
  const get = async (resource: string, query: Readonly<Record<string, string>> = {}) => {
    const address = new URL(`${url}/${resource}.json`)
    for (const [name, value] of [...common, ...Object.entries(query)]) address.searchParams.set(name, value)
    return ask(address, { method: 'GET', headers, keep: mostBytes }, terms)
  }
  return {
    get: async (resource, query) => readAnswer(await get(resource, query)),
    getOne: async resource => {
      const { body } = await get(resource)
      try {
        const json: unknown = JSON.parse(body ?? '')
        return Array.isArray(json) ? json[0] : json
      } catch {
        return undefined
      }
    },
    post: async (resource, name, form, language) => {
      const body = new URLSearchParams(
        [...common, ...form].map(([field, value]) => [field, value]),
      ).toString()
      const posting = {
        ...headers,
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'idempotency-key': name,
        // What the other side says to the resident is in the language they filed in.
        'accept-language': language,
      }
      const address = new URL(`${url}/${resource}.json`)
      return readAnswer(
        await ask(address, { method: 'POST', headers: posting, body, keep: mostBytes }, terms),
      )
    },
  }
}

/** Speaks to the server of a connection, with its key. */
export function remoteOf(office: Office, connection: WorkingConnection, allowed: Allowed): Remote {
  const { id, url, jurisdiction, apiKey } = connection
  return remoteAt(
    office,
    { url, jurisdiction, key: apiKey ? openApiKey(office, id, apiKey) : undefined },
    allowed,
  )
}

/** The list that was asked for. @throws Failed where there is none. */
export function itemsOf(told: Told): readonly unknown[] {
  if ('items' in told) return told.items
  throw new Failed('failure' in told ? told.failure : { fault: `http-${told.status}`, status: told.status })
}
