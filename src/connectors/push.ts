import { noteCopy } from '../cases/actions/note-copy.ts'
import { findCase } from '../cases/reads.ts'
import { requestUrl } from '../open311/rules.ts'
import { findUpdates } from '../open311/updates.ts'
import { inSnapshot, inTransaction } from '../platform/database/tx.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { listWaiting, type Waiting, type WorkingConnection } from './reads.ts'
import { Failed, type Remote } from './remote.ts'
import { textOf, withoutQuotes } from './rules/answers.ts'
import { serviceOf } from './rules/mapping.ts'
import { readAttributes } from './rules/remote.ts'
import { noteCopyStands, noteProgress, type Standing } from './store.ts'

/** What a run of a connection is given, and what it tells of as it goes. */
export type Work = {
  office: Office
  connection: WorkingConnection
  remote: Remote
  /** Where this server is reached, without a slash at the end; empty where nobody said. */
  baseUrl: string
  /** Whether it has taken long enough and is to go on another time. */
  isOver: () => boolean
  done: (what: 'copied' | 'refused' | 'updates') => void
}

const batchSize = 20

/**
 * Sends what waits: each case, then its steps in order. @returns whether nothing is left.
 * @throws Failed where the other side does not answer, or not as it should
 */
export async function push(work: Work): Promise<boolean> {
  const { office, connection } = work
  const attributes = new Map<string, ReturnType<typeof readAttributes>>()
  let takesUpdates = connection.takesUpdates
  for (;;) {
    const waiting = await inSnapshot(office.pool, office.tenant.id, tx =>
      listWaiting(tx, connection.id, takesUpdates !== false, batchSize),
    )
    if (waiting.length === 0) return true
    for (const copy of waiting) {
      if (work.isOver()) return false
      const remoteId = copy.remoteId ?? (await sendCase(work, copy, attributes))
      if (remoteId === undefined || takesUpdates === false || copy.wantedSeq <= copy.toldSeq) continue
      takesUpdates = await sendSteps(work, copy, remoteId)
    }
  }
}

function note({ office, connection }: Work, { caseId }: Waiting, standing: Standing): Promise<void> {
  return inTransaction(office.pool, office.tenant.id, tx =>
    tx.run(noteCopyStands(tx.tenant, connection.id, caseId, standing)),
  )
}

type Said = {
  what: string
  wanted: string
  place: { address: string; pin?: { latitude: number; longitude: number } }
  answers?: Record<string, string[]>
}

/** Sends a case. @returns its number there where its steps are to follow it. */
async function sendCase(
  work: Work,
  copy: Waiting,
  attributes: Map<string, ReturnType<typeof readAttributes>>,
): Promise<string | undefined> {
  const { office, connection, remote, baseUrl } = work
  const refuse = async (fault: string) => {
    await note(work, copy, { status: 'refused', fault })
    work.done('refused')
    return undefined
  }
  const service = serviceOf(connection.services, copy.category)
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, copy.caseId))
  const said = record?.events[0]?.text as Said | undefined
  if (service === undefined || !said) return refuse(service === undefined ? 'not-mapped' : 'destroyed')
  if (copy.reference === null && baseUrl === '') throw new Failed({ fault: 'base-url' })
  const reference = copy.reference ?? requestUrl(`${baseUrl}/open311/v2`, copy.number)
  // From here on it may have arrived, whatever becomes of us.
  if (!copy.triedAt) await note(work, copy, { reference, triedAt: office.clock.now() })
  const form = [...formOf(said, service, reference), ...(await answersOf(work, said, service, attributes))]
  const told = await remote.post('requests', reference, form, copy.language)
  if ('failure' in told) throw new Failed(told.failure)
  if ('refused' in told) return refuse(withoutQuotes(told.refused, form.map(([, value]) => value).join('\n')))
  const receipt = told.items[0] as Record<string, unknown> | undefined
  const number = textOf(receipt?.service_request_id)
  // To send it again could file it again.
  if (number === '' || number.length > 200) return refuse('no-number')
  const fetched = receipt?.fetched === true
  const sent = {
    connectionId: connection.id,
    url: connection.url,
    name: connection.name,
    number,
    notice: textOf(receipt?.service_notice).slice(0, 2000) || null,
    fetched,
  }
  const status = fetched ? 'there' : 'copied'
  await noteCopy(office, copy.caseId, sent, [
    noteCopyStands(office.tenant.id, connection.id, copy.caseId, { status, remoteId: number, fault: null }),
  ])
  work.done('copied')
  return fetched ? undefined : number
}

/** What is said of a case: the resident's words about the problem and where it is. Nothing of who they are. */
function formOf(
  { what, wanted, place, answers }: Said,
  service: string,
  reference: string,
): [string, string][] {
  return [
    ['service_code', service],
    ['description', [what, wanted].filter(text => text !== '').join('\n\n')],
    ...(place.address ? [['address_string', place.address] as [string, string]] : []),
    ...(place.pin
      ? ([
          ['lat', String(place.pin.latitude)],
          ['long', String(place.pin.longitude)],
        ] as [string, string][])
      : []),
    ...(answers?.media_url ?? []).map((url): [string, string] => ['media_url', url]),
    ['service_request_id_ext', reference],
  ]
}

/** The answers to questions that both sides ask under the same code. */
async function answersOf(
  { remote }: Work,
  { answers = {} }: Said,
  service: string,
  known: Map<string, ReturnType<typeof readAttributes>>,
): Promise<[string, string][]> {
  const given = Object.entries(answers).filter(([code]) => code !== 'media_url' && code !== 'address_id')
  if (given.length === 0) return []
  const asked =
    known.get(service) ?? readAttributes(await remote.getOne(`services/${encodeURIComponent(service)}`))
  known.set(service, asked)
  return given.flatMap(([code, values]) => {
    if (!asked.has(code)) return []
    const choices = asked.get(code)
    const fitting = values.filter(value => !choices || choices.has(value))
    const name = choices && values.length > 1 ? `attribute[${code}][]` : `attribute[${code}]`
    return fitting.map((value): [string, string] => [name, value])
  })
}

/** Tells the steps of a case, in order, each once. @returns false where the other side has no updates. */
async function sendSteps(work: Work, copy: Waiting, remoteId: string): Promise<boolean> {
  const { office, connection, remote } = work
  const { tenant, pool, clock } = office
  // Another process's clock may be ahead of ours.
  const at = { from: copy.filedAt, to: clock.now().add({ hours: 1 }) }
  const t = translator(copy.language)
  const institution = tenant.name[copy.language]
  let toldSeq = copy.toldSeq
  const { items } = await inSnapshot(pool, tenant.id, tx =>
    findUpdates(office, tx, { numbers: [copy.number], at, limit: 1000, offset: 0 }, { t, hasKey: true }),
  )
  for (const item of items) {
    const { update_id: id, status, updated_datetime: when, description } = item as Record<string, string>
    const seq = Number(id?.slice(id.lastIndexOf('_') + 1))
    if (!id || !(seq > toldSeq)) continue
    const step: [string, string][] = [
      ['service_request_id', remoteId],
      ['update_id', id],
      ['status', status ?? 'OPEN'],
      ['updated_datetime', when ?? ''],
      // There it stands where a resident's words would.
      ['description', t('connectors.step', { institution, text: description ?? '' })],
    ]
    const told = await remote.post('servicerequestupdates', id, step, copy.language)
    const refused = await refusalOf(work, told, remoteId)
    if (refused === 'no-updates') return false
    toldSeq = seq
    await note(work, copy, { toldSeq, ...(refused && { fault: `${id}: ${refused}`.slice(0, 300) }) })
    if (!refused) work.done('updates')
  }
  // What is not in the list is for nobody to be told of any more.
  if (toldSeq < copy.wantedSeq) await note(work, copy, { toldSeq: copy.wantedSeq })
  if (connection.takesUpdates === null)
    await inTransaction(pool, tenant.id, tx =>
      tx.run(noteProgress(tx.tenant, connection.id, { takesUpdates: true })),
    )
  return true
}

/** Why an update was not taken, if it was not. @throws Failed where it is not about this update */
async function refusalOf(
  { office, connection, remote }: Work,
  told: Awaited<ReturnType<Remote['post']>>,
  remoteId: string,
): Promise<string | undefined> {
  if ('items' in told) return undefined
  const status = 'refused' in told ? told.status : told.failure.status
  if ([404, 405, 501].includes(status ?? 0) && !('items' in (await remote.get('servicerequestupdates')))) {
    await inTransaction(office.pool, office.tenant.id, tx =>
      tx.run(noteProgress(tx.tenant, connection.id, { takesUpdates: false })),
    )
    return 'no-updates'
  }
  if ('refused' in told) return told.refused
  // A key that is good for other things may not be good for this request, as after it was exchanged.
  if (told.failure.fault === 'key') {
    const other = await remote.get(`requests/${encodeURIComponent(remoteId)}`)
    if ('items' in other) return `HTTP ${status}`
  }
  throw new Failed(told.failure)
}
