import type { Allowed } from '../platform/http-client/address.ts'
import type { Office } from '../platform/office.ts'
import { Failed, itemsOf, remoteAt, type Speaking } from './remote.ts'
import { type RemoteService, readServices } from './rules/remote.ts'

/** The services of another server, or what went wrong in asking for them. */
export async function fetchServices(
  office: Pick<Office, 'clock'>,
  speaking: Speaking,
  allowed: Allowed,
): Promise<RemoteService[] | { fault: string }> {
  try {
    return readServices(itemsOf(await remoteAt(office, speaking, allowed).get('services')))
  } catch (error) {
    if (error instanceof Failed) return { fault: error.failure.fault }
    throw error
  }
}
