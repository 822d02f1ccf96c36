import type { CaseState } from '../cases/rules/state.ts'
import { dueText } from '../obligations/wording.ts'
import type { Organisation } from '../org/reads.ts'
import { findPack } from '../packs/reads.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import type { Tenant } from '../platform/office.ts'
import { edgeOfDay, writeInstant } from './dates.ts'
import { type Fields, list } from './document.ts'
import type { FoundRequest } from './reads.ts'
import { addressWithoutId, isClosed } from './rules.ts'
import { serviceName } from './services.ts'

/** What a request is told with besides itself. */
export type Telling = { t: T; tenant: Tenant; organisation: Organisation; hasKey: boolean }

/**
 * A request as the public knows it: what it is about, where it stands, and the days; for a key also whose it is and the
 * times; of one that is not to be listed, its number and status alone. What was said, and where, is there only for a caller
 * who may read it.
 */
export function describeRequest(request: FoundRequest, telling: Telling): Fields {
  const { t, tenant, organisation, hasKey } = telling
  const { number, status, category, said } = request
  const open = { service_request_id: number, status: isClosed(status) ? 'closed' : 'open' }
  if (!request.listed) return open
  const date = (instant: Temporal.Instant | null, edge: 'start' | 'end' = 'start') =>
    instant && writeInstant(hasKey ? instant : edgeOfDay(instant, tenant.timeZone, edge), tenant.timeZone)
  const addressId = said?.answers?.address_id?.[0]
  return {
    ...open,
    status_notes: t.stored(`open311.status.${status}`),
    service_name: serviceName(findPack(request.packKey), category, t.lang),
    service_code: category,
    description: said ? said.what.slice(0, 4000).toWellFormed() : null,
    agency_responsible: (hasKey && organisation.units.get(request.unitId)?.name[t.lang]) || null,
    service_notice: null,
    requested_datetime: date(request.filedAt),
    updated_datetime: date(request.updatedAt),
    expected_datetime: date(request.expectedAt, 'end'),
    address: (said && addressWithoutId(said.place.address, addressId)) || null,
    address_id: addressId ?? null,
    zipcode: null,
    // A reader takes an empty number for a broken one, so what is not known is not there.
    lat: said?.place.pin?.latitude,
    long: said?.place.pin?.longitude,
    media_url: said?.answers?.media_url?.[0] ?? null,
    // Beyond the standard: a copy says what it is a copy of, so that nobody copies it on.
    ...(request.origin !== null && { service_request_id_ext: request.origin }),
  }
}

/** What whoever filed a request is told at once, and can give to the resident: by when there is an answer, and the receipt. */
export function describeReceipt(
  { t, tenant }: Pick<Telling, 't' | 'tenant'>,
  receipt: { number: string; receiptCode: string; state: CaseState },
  baseUrl: string,
): Fields {
  const { number, receiptCode, state } = receipt
  const answer = state.obligations.find(one => one.kind === 'answer' && one.status !== 'cancelled')
  const url = `${baseUrl}/follow?number=${number}`
  const notice = t('open311.notice', { number, code: receiptCode, url })
  const due = answer && dueText(t, Temporal.Instant.from(answer.due), tenant.timeZone)
  return {
    service_request_id: number,
    service_notice: due ? `${t('open311.notice.due', { due })} ${notice}` : notice,
    account_id: null,
  }
}

/** Where and in which formats this interface is, and whom to ask for a key. */
export function describeDiscovery(tenant: Tenant, baseUrl: string, changeset: Temporal.Instant): Fields {
  const t = translator(tenant.language)
  const name = tenant.name[t.lang]
  const changed = writeInstant(changeset, tenant.timeZone)
  return {
    changeset: changed,
    contact: t('open311.discovery.contact', { name, url: baseUrl }),
    key_service: t('open311.discovery.key-service', { name }),
    endpoints: list('endpoint', [
      {
        specification: 'http://wiki.open311.org/GeoReport_v2',
        url: `${baseUrl}/open311/v2`,
        changeset: changed,
        type: tenant.demo ? 'test' : 'production',
        formats: list('format', ['text/xml', 'application/json']),
      },
    ]),
  }
}
