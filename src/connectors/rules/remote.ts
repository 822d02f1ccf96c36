import { textOf } from './answers.ts'

/** A service of another server. */
export type RemoteService = { code: string; name: string; group: string; asks: boolean }

/** A request at another server. */
export type RemoteRequest = {
  id: string
  service: string
  description: string
  address: string
  pin?: { latitude: number; longitude: number }
  media: string[]
  requestedAt: string
  updatedAt: string
  /** The address of the request that it is a copy of, where it is one. */
  copyOf: string
}

/** An update of a request at another server. */
export type RemoteUpdate = { id: string; request: string; status: string; description: string; at: string }

/** The services in a list; what has no code is none. */
export function readServices(items: readonly unknown[]): RemoteService[] {
  return objects(items).flatMap(one => {
    const code = textOf(one.service_code)
    if (code === '') return []
    const asks = one.metadata === true || one.metadata === 'true'
    return [{ code, name: textOf(one.service_name) || code, group: textOf(one.group), asks }]
  })
}

/** The requests in a list; one that has no number yet comes again when it has. */
export function readRequests(items: readonly unknown[]): RemoteRequest[] {
  return objects(items).flatMap(one => {
    const id = textOf(one.service_request_id)
    if (id === '' || id.length > 200) return []
    const pin = pinOf(one)
    const ext = textOf(one.service_request_id_ext)
    return [
      {
        id,
        service: textOf(one.service_code),
        description: textOf(one.description),
        address: textOf(one.address),
        ...(pin && { pin }),
        media: [one.media_url].flat().map(textOf).filter(isWebAddress),
        requestedAt: textOf(one.requested_datetime),
        updatedAt: textOf(one.updated_datetime),
        copyOf: isWebAddress(ext) ? ext : '',
      },
    ]
  })
}

/** The updates in a list; one without an id cannot be told from others and is none. */
export function readUpdates(items: readonly unknown[]): RemoteUpdate[] {
  return objects(items).flatMap(one => {
    const id = textOf(one.update_id)
    const request = textOf(one.service_request_id)
    if (id === '' || id.length > 200 || request === '') return []
    const description = textOf(one.description)
    return [{ id, request, status: textOf(one.status), description, at: textOf(one.updated_datetime) }]
  })
}

/** The attributes that a service asks: their codes, and for those that are chosen from, what there is to choose. */
export function readAttributes(definition: unknown): Map<string, ReadonlySet<string> | undefined> {
  const { attributes } = (definition ?? {}) as { attributes?: unknown }
  return new Map(
    objects(Array.isArray(attributes) ? attributes : []).map(one => {
      const values = objects(Array.isArray(one.values) ? one.values : []).map(value => textOf(value.key))
      return [textOf(one.code), values.length > 0 ? new Set(values) : undefined]
    }),
  )
}

function objects(items: readonly unknown[]): Record<string, unknown>[] {
  return items.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
}

function pinOf({ lat, long }: Record<string, unknown>): RemoteRequest['pin'] {
  const [latitude, longitude] = [textOf(lat), textOf(long)].map(text =>
    text === '' ? Number.NaN : Number(text),
  )
  if (latitude === undefined || longitude === undefined) return undefined
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}

function isWebAddress(text: string): boolean {
  return text.length <= 1000 && /^https?:[/][/]\S+$/.test(text)
}
