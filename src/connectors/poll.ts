import { takeCopiedUpdate, takeCopy } from '../open311/actions/take-copy.ts'
import { readInstant } from '../open311/dates.ts'
import { findCopies } from '../open311/reads.ts'
import { copiedNumber, requestUrl } from '../open311/rules.ts'
import { inSnapshot, inTransaction } from '../platform/database/tx.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Work } from './push.ts'
import { listFetched, listFetchedUpdates, listOwnThere, listUnsettled } from './reads.ts'
import { itemsOf } from './remote.ts'
import { categoryOf, serviceOf } from './rules/mapping.ts'
import { type RemoteRequest, type RemoteUpdate, readRequests, readUpdates } from './rules/remote.ts'
import { overlap, type Stretch, stretches } from './rules/schedule.ts'
import { insertFetched, insertFetchedUpdate, noteProgress } from './store.ts'

const pageSize = 200
/** Pages of one question; a server that never comes to an end is left there, and asked again later. */
const mostPages = 500

/**
 * Fetches what is new at the other side: requests first, then the updates of those that are here. How far it has come is
 * remembered only once a stretch of time is done whole; what is fetched again is known.
 * @returns whether nothing is left
 * @throws Failed where the other side does not answer, or not as it should
 */
export async function poll(work: Work): Promise<boolean> {
  const { connection, office } = work
  if (connection.services.length === 0) return true
  let heldBack = false
  for (const stretch of stretches(connection.requestsUntil, office.clock.now())) {
    const end = await fetchRequests(work, stretch)
    if (!end) return false
    heldBack = end.heldBack
    if (heldBack) break
    await remember(work, { requestsUntil: reached(work, stretch, end) })
  }
  // The updates of what is held back are asked for with it.
  if (heldBack || connection.takesUpdates === false) return true
  for (const stretch of stretches(connection.updatesUntil, office.clock.now())) {
    const end = await fetchUpdates(work, stretch)
    if (!end) return false
    await remember(work, { updatesUntil: reached(work, stretch, end) })
  }
  return true
}

/** How far all is here: to the newest change by the other side's clock, or to the end of a stretch that is long past. */
function reached({ office }: Work, { from, to }: Stretch, { until }: End): Temporal.Instant | undefined {
  const now = office.clock.now()
  if (isPast(to, now)) return to
  if (until === undefined || Temporal.Instant.compare(until, from) < 0) return undefined
  return Temporal.Instant.compare(until, now) < 0 ? until : now
}

async function remember({ office, connection }: Work, known: Parameters<typeof noteProgress>[2]) {
  if (Object.values(known).every(value => value === undefined)) return
  await inTransaction(office.pool, office.tenant.id, tx =>
    tx.run(noteProgress(tx.tenant, connection.id, known)),
  )
}

/** How far a stretch has come: the newest change in it; `heldBack` where something in it is to be asked for again. */
type End = { until: Temporal.Instant | undefined; heldBack: boolean }

async function fetchRequests(work: Work, stretch: Stretch): Promise<End | undefined> {
  const { connection, remote, office } = work
  const service_code = [...new Set(connection.services.map(pair => pair.service))].join(',')
  let isOld = false
  const ask = async (page: number) => {
    const paging = { service_code, page: String(page), page_size: String(pageSize) }
    const told = isOld
      ? undefined
      : await remote.get('requests', {
          ...paging,
          updated_after: write(stretch.from),
          ...endOf(work, stretch),
        })
    if (told && 'items' in told) return told.items
    if (told && !('refused' in told)) return itemsOf(told)
    // A server that knows nothing of changes is asked for what was filed in the last 90 days.
    isOld = true
    const since = office.clock.now().subtract({ hours: 24 * 89 })
    return itemsOf(await remote.get('requests', { ...paging, start_date: write(since) }))
  }
  return eachPage(
    ask,
    readRequests,
    one => one.id,
    async requests => {
      let heldBack = false
      const fresh = await newOnes(work, requests)
      const unsettled = fresh.length > 0 ? await unsettledOf(work) : []
      for (const request of fresh) {
        if (work.isOver()) return undefined
        if (mayBeOurs(work, request, unsettled)) heldBack = true
        else await take(work, request)
      }
      return { until: latest(requests.map(one => one.updatedAt || one.requestedAt)), heldBack }
    },
  )
}

/** Those that are to be copied: of mapped services, filed since the connection was made, no copies, not here yet. */
async function newOnes(work: Work, requests: readonly RemoteRequest[]): Promise<RemoteRequest[]> {
  const { office, connection } = work
  const wanted = requests.filter(one => {
    const at = readInstant(one.requestedAt, office.tenant.timeZone)
    const isNew = !at || Temporal.Instant.compare(at, connection.createdAt.subtract(overlap)) >= 0
    return isNew && one.copyOf === '' && categoryOf(connection.services, one.service) !== undefined
  })
  if (wanted.length === 0) return []
  const ids = wanted.map(one => one.id)
  const urlOf = (one: RemoteRequest) => requestUrl(connection.url, one.id)
  const [fetched, ours, here] = await inSnapshot(office.pool, office.tenant.id, tx =>
    Promise.all([
      listFetched(tx, connection.id, ids),
      listOwnThere(tx, connection.url, ids),
      findCopies(tx, wanted.map(urlOf)),
    ]),
  )
  return wanted.filter(one => !fetched.has(one.id) && !ours.has(one.id) && !here.has(urlOf(one)))
}

type Unsettled = Awaited<ReturnType<typeof listUnsettled>>

function unsettledOf({ office, connection }: Work): Promise<Unsettled> {
  return inSnapshot(office.pool, office.tenant.id, tx => listUnsettled(tx, connection.url))
}

/**
 * Whether a request may be a case of ours whose sending was not answered: it is left alone until that is known. An hour is
 * for clocks that differ.
 */
function mayBeOurs({ office }: Work, request: RemoteRequest, unsettled: Unsettled): boolean {
  const at = readInstant(request.requestedAt, office.tenant.timeZone)
  return unsettled.some(
    one =>
      serviceOf(one.services, one.category) === request.service &&
      (!at || Temporal.Instant.compare(at, one.triedAt.subtract({ hours: 1 })) >= 0),
  )
}

async function take(work: Work, request: RemoteRequest): Promise<void> {
  const { office, connection } = work
  const category = categoryOf(connection.services, request.service)
  if (category === undefined) return
  const { id, description, address, pin, media } = request
  const url = requestUrl(connection.url, id)
  const original = { url, number: copiedNumber(url) ?? id, category, description, address, pin, media }
  const now = office.clock.now()
  const taken = await takeCopy(office, original, caseId => [
    insertFetched(office.tenant.id, connection.id, caseId, id, now),
  ])
  if (taken) work.done('copied')
}

async function fetchUpdates(work: Work, stretch: Stretch): Promise<End | undefined> {
  const { remote } = work
  let none = false
  const ask = async (page: number) => {
    const told = await remote.get('servicerequestupdates', {
      start_date: write(stretch.from),
      end_date: write(stretch.to),
      page: String(page),
      page_size: String(pageSize),
    })
    const status = 'refused' in told ? told.status : 'failure' in told ? told.failure.status : undefined
    none = status === 404 || status === 405 || status === 501
    return none ? [] : itemsOf(told)
  }
  const end = await eachPage(
    ask,
    readUpdates,
    one => one.id,
    async updates => {
      for (const { update, caseId } of await newUpdates(work, updates)) {
        if (work.isOver()) return undefined
        await takeUpdate(work, update, caseId)
      }
      return { until: latest(updates.map(one => one.at)), heldBack: false }
    },
  )
  await remember(work, { takesUpdates: !none })
  return end
}

async function newUpdates({ office, connection }: Work, updates: readonly RemoteUpdate[]) {
  const [cases, known] = await inSnapshot(office.pool, office.tenant.id, tx =>
    Promise.all([
      listFetched(
        tx,
        connection.id,
        updates.map(one => one.request),
      ),
      listFetchedUpdates(
        tx,
        connection.id,
        updates.map(one => one.id),
      ),
    ]),
  )
  return updates.flatMap(update => {
    const caseId = cases.get(update.request)
    return caseId === undefined || known.has(update.id) ? [] : [{ update, caseId }]
  })
}

async function takeUpdate({ office, connection, done }: Work, update: RemoteUpdate, caseId: string) {
  const now = office.clock.now()
  const { description: text } = update
  // It stands where a resident's words would; some servers tell a state without a word.
  const description =
    text && translator(office.tenant.language)('connectors.step', { institution: connection.name, text })
  await takeCopiedUpdate(office, caseId, { ...update, description }, [
    insertFetchedUpdate(office.tenant.id, connection.id, caseId, update.id, now),
  ])
  done('updates')
}

/**
 * Asks page after page until one brings nothing that was not on an earlier one: some servers know no pages and answer
 * the same each time. @returns undefined where `work` broke off
 */
async function eachPage<Item>(
  ask: (page: number) => Promise<readonly unknown[]>,
  read: (items: readonly unknown[]) => Item[],
  idOf: (item: Item) => string,
  work: (fresh: Item[]) => Promise<End | undefined>,
): Promise<End | undefined> {
  const seen = new Set<string>()
  const end: End = { until: undefined, heldBack: false }
  for (let page = 1; page <= mostPages; page++) {
    const items = read(await ask(page))
    const fresh = items.filter(item => !seen.has(idOf(item)))
    if (fresh.length === 0) break
    for (const item of fresh) seen.add(idOf(item))
    const done = await work(fresh)
    if (!done) return undefined
    end.heldBack ||= done.heldBack
    if (done.until && (!end.until || Temporal.Instant.compare(done.until, end.until) > 0))
      end.until = done.until
  }
  return end
}

/** The newest of times as a server writes them; those that are none do not count. */
function latest(times: readonly string[]): Temporal.Instant | undefined {
  return times
    .flatMap(time => readInstant(time, 'UTC') ?? [])
    .toSorted(Temporal.Instant.compare)
    .at(-1)
}

function write(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second' })
}

/** The end of a stretch that is not the present one; without it a server answers up to now. */
function endOf({ office }: Work, { to }: Stretch): { updated_before?: string } {
  return isPast(to, office.clock.now()) ? { updated_before: write(to) } : {}
}

function isPast(end: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(end, now.subtract({ hours: 1 })) < 0
}
