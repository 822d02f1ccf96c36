import { fileCase } from '../cases/actions/file-case.ts'
import { openIdentity } from '../cases/actions/open-identity.ts'
import * as resident from '../cases/actions/resident.ts'
import * as staffActs from '../cases/actions/staff.ts'
import type { DecisionText } from '../cases/rules/answering.ts'
import type { Filing } from '../cases/rules/filing.ts'
import { packOf } from '../packs/reads.ts'
import { findDeadline } from '../packs/rules.ts'
import type { Kind } from '../packs/schema.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Office } from '../platform/office.ts'
import { createDataKey } from '../platform/sealing/keys.ts'
import { v7 } from '../platform/uuid.ts'
import type { Town } from './actions/build-town.ts'
import type { Photo } from './photo.ts'
import type { StaffKey, UnitKey } from './town.ts'

/** What somebody in the demo raises. Without `who` they are anonymous. */
export type Raised = {
  language: Lang
  kind: Kind
  category: string
  what: string
  wanted: string
  address?: string
  who?: { name: string; phone?: string }
  protected?: boolean
  about?: { units?: readonly UnitKey[]; staff?: readonly StaffKey[]; named?: string; retaliation?: boolean }
  /** Registered at the front desk, for somebody who came or called. */
  desk?: 'visit' | 'phone'
  photo?: Photo
}

/** The parts of a written answer. */
export type Written = { asked: string; facts: string; rule: string; reasons?: string; remedy?: string }

type Favour = 'yes' | 'partly' | 'no' | 'explained'

/** What people in the demo do: the same actions that a page calls, by names. */
export type Scene = ReturnType<typeof createScene>

/** The acts of a story, in an office whose clock the demo moves. */
export function createScene(
  office: Office,
  town: Town,
  storePhoto: (caseId: string, wrapped: Buffer, photo: Photo) => Promise<Filing['files'][number]>,
) {
  const pack = packOf(office.tenant)
  const on = (id: string) => ({ id })
  const actor = (who: StaffKey) => town.staff[who]
  const outcome = (favour: Favour) =>
    (
      pack.outcomes.find(one => one.inFavour === favour) ??
      pack.outcomes.find(one => one.inFavour === 'explained') ??
      pack.outcomes[0]
    )?.code ?? ''
  const decision = (
    { asked, facts, rule, reasons = facts, remedy }: Written,
    code: string,
    days?: number,
  ): DecisionText => ({
    parts: { asked, facts, rule, reasons, ...(remedy && { remedy }) },
    outcome: code,
    ...(days !== undefined && { remedyBy: dayIn(office, days) }),
  })

  return {
    /** Raises a problem; gives the id of its case. */
    async file(raised: Raised): Promise<string> {
      const id = v7(office.clock.now().epochMilliseconds)
      const { wrapped } = createDataKey(office.key, id)
      const files = raised.photo ? [await storePhoto(id, wrapped, raised.photo)] : []
      const author = raised.desk
        ? ({ kind: 'staff', id: actor('desk').staffId } as const)
        : ({ kind: 'resident' } as const)
      await fileCase(office, author, filingOf(id, raised, town, files), {
        receiptSecret: `demo ${id}`,
        wrappedKey: wrapped,
      })
      return id
    },
    accept: (id: string, who: StaffKey) => staffActs.acceptCase(office, actor(who), on(id)),
    /** Declines for the pack's first reason: it is before a court. */
    decline: (id: string, who: StaffKey, text: string) =>
      staffActs.declineCase(office, actor(who), on(id), { reason: pack.notAccepted[0]?.code ?? '', text }),
    redirect: (id: string, who: StaffKey, to: UnitKey, text: string) =>
      staffActs.proposeRedirect(office, actor(who), on(id), {
        to: town.units[to],
        reason: 'another-unit',
        text,
      }),
    takeOver: (id: string, who: StaffKey) => staffActs.confirmRedirect(office, actor(who), on(id)),
    sendBack: (id: string, who: StaffKey, text: string) =>
      staffActs.refuseRedirect(office, actor(who), on(id), { text }),
    assign: (id: string, who: StaffKey, owner: StaffKey, lead: StaffKey) =>
      staffActs.assignCase(office, actor(who), on(id), {
        ownerId: actor(owner).staffId,
        leadId: actor(lead).staffId,
      }),
    ask: (id: string, who: StaffKey, text: string) =>
      staffActs.askInformation(office, actor(who), on(id), { text }),
    /** Gives the answer all the time that the pack allows, where it allows any. */
    async extend(id: string, who: StaffKey, reason: string): Promise<void> {
      const rule = pack.deadlines.find(one => one.obligation === 'answer' && one.extension)
      const length = rule && findDeadline(pack, rule.id)?.extension?.max
      if (length) await staffActs.extendAnswer(office, actor(who), on(id), { length, reason })
    },
    answer: (id: string, who: StaffKey, written: Written, favour: Favour, remedyInDays?: number) =>
      staffActs.answerCase(office, actor(who), on(id), decision(written, outcome(favour), remedyInDays)),
    correct: (id: string, who: StaffKey, written: Written, favour: Favour, why: string) =>
      staffActs.correctAnswer(office, actor(who), on(id), { ...decision(written, outcome(favour)), why }),
    remedyDone: (id: string, who: StaffKey, text: string) =>
      staffActs.reportRemedy(office, actor(who), on(id), { text }),
    review: (id: string, who: StaffKey, written: Written, verdict: 'upheld' | 'changed' | 'sent-back') =>
      staffActs.reviewCase(office, actor(who), on(id), { ...decision(written, verdict), verdict }),
    hearing: (id: string, who: StaffKey, days: number) =>
      staffActs.beginHearing(office, actor(who), on(id), {
        until: office.clock.now().add({ hours: 24 * days }),
      }),
    note: (id: string, who: StaffKey, text: string) =>
      staffActs.addNote(office, actor(who), on(id), { text }),
    message: (id: string, who: StaffKey, text: string) =>
      staffActs.sendMessage(office, actor(who), on(id), { text, files: [] }),
    openIdentity: (id: string, who: StaffKey, purpose: string) =>
      openIdentity(office, actor(who), id, purpose),
    recuse: (id: string, who: StaffKey, about: { units?: UnitKey[]; staff?: StaffKey[] }, text: string) =>
      staffActs.recuse(office, actor(who), on(id), { ...idsOf(town, about), text }),

    write: (id: string, text: string) => resident.writeToInstitution(office, on(id), { text, files: [] }),
    agree: (id: string, rating: number) => resident.agree(office, on(id), rating),
    askReview: (id: string, reason: string) => resident.askReview(office, on(id), reason),
    reopen: (id: string, text: string) => resident.reopen(office, on(id), text),
    withdraw: (id: string, text: string) => resident.withdraw(office, on(id), text),
  }
}

function filingOf(
  id: string,
  { language, kind, category, what, wanted, address = '', who, about = {}, desk, ...raised }: Raised,
  town: Town,
  files: Filing['files'],
): Omit<Filing, 'number'> {
  return {
    id,
    kind,
    category,
    language,
    what,
    wanted,
    channel: desk ?? 'web',
    place: { address },
    protection: who ? (raised.protected ? 'protected' : 'named') : 'anonymous',
    ...(who && { party: who }),
    about: { ...idsOf(town, about), named: about.named ?? '', retaliation: about.retaliation ?? false },
    files,
  }
}

function idsOf(town: Town, about: { units?: readonly UnitKey[]; staff?: readonly StaffKey[] }) {
  return {
    units: (about.units ?? []).map(key => town.units[key]),
    staff: (about.staff ?? []).map(key => town.staff[key].staffId),
  }
}

function dayIn({ clock, tenant }: Office, days: number): string {
  return clock.now().toZonedDateTimeISO(tenant.timeZone).toPlainDate().add({ days }).toString()
}
