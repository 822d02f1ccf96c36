import { randomUUID } from 'node:crypto'
import { runDeadlinePass } from '../../src/cases/actions/deadline-pass.ts'
import { noteCopy } from '../../src/cases/actions/note-copy.ts'
import { noteUndelivered } from '../../src/cases/actions/note-undelivered.ts'
import { openIdentity } from '../../src/cases/actions/open-identity.ts'
import * as resident from '../../src/cases/actions/resident.ts'
import * as staff from '../../src/cases/actions/staff.ts'
import type { FileFacts, Filing } from '../../src/cases/rules/filing.ts'
import { builtInCalendar } from '../../src/obligations/built-in-calendars.ts'
import { changeSettings, publishCalendar } from '../../src/org/actions/settings.ts'
import { addStaff, changeUnit, endStaff, grantRole, restoreStaff, revokeRole } from '../../src/org/actions.ts'
import { createLog } from '../../src/platform/log.ts'
import { parts } from './case-steps.ts'
import { actorOf, fileOne } from './cases.ts'
import { named, type TestOffice } from './office.ts'

/** Cases that together went through everything that can happen to one, by what became of them. */
export type WholeLife = { reviewed: string; declined: string; redirected: string; recused: string }

const log = createLog('silent')
const text = 'Because of the circumstances.'
const day = { hours: 24 }

/** A document as the record keeps it; there is no file behind it. */
export function documentFacts(name: string): FileFacts {
  return {
    id: randomUUID(),
    mediaType: 'application/pdf',
    size: 1,
    sha256: '0'.repeat(64),
    name,
    thumbnail: false,
  }
}

/**
 * Takes cases of a resident through every action there is. `filing` says who the resident is and what they write.
 */
export async function liveThrough(office: TestOffice, filing: Partial<Filing> = {}): Promise<WholeLife> {
  const { root, roads, east } = office.units
  const ids = office.staff
  const reviewerId = await addStaff(office, 'set-up', {
    name: 'The reviewer',
    title: named('Deputy mayor', '副镇长'),
    email: `${randomUUID()}@example.org`,
    accountId: null,
    grants: [{ unitId: root, role: 'unit-head' }],
  })
  const who = async (id: string) => actorOf(office, id)
  const [officer, head, lead] = [
    await who(ids['case-officer']),
    await who(ids['unit-head']),
    await who(ids.lead),
  ]
  const [supervisor, auditor, reviewer] = [
    await who(ids.supervisor),
    await who(ids.auditor),
    await who(reviewerId),
  ]
  const signed = { parts, outcome: 'supported', remedyBy: '2026-12-01' }

  const { caseId: id } = await fileOne(office, { ...filing, files: [documentFacts('photo.pdf')] })
  const copy = {
    connectionId: randomUUID(),
    url: 'https://there.example/open311/v2',
    name: 'County',
    number: '7',
    fetched: false,
  }
  await noteCopy(office, id, { ...copy, notice: 'It is number 7 here.' }, [])
  await noteUndelivered(office, { tenant: office.tenant.id, caseId: id, seq: 1, template: 'acknowledged' })
  await staff.acceptCase(office, officer, { id, idempotencyKey: randomUUID() })
  await staff.assignCase(office, head, { id }, { ownerId: ids['case-officer'], leadId: ids.lead })
  await staff.askInformation(office, officer, { id }, { text })
  office.clock.advance(day)
  await resident.writeToInstitution(office, { id }, { text, files: [documentFacts('more.pdf')] })
  await staff.askInformation(office, officer, { id }, { text })
  office.clock.advance({ hours: 24 * 15 })
  await runDeadlinePass(office, log)
  await staff.sendMessage(office, officer, { id }, { text, files: [] })
  await resident.addOwnDocuments(office, { id }, [documentFacts('third.pdf')])
  await staff.addDocuments(office, officer, { id }, [documentFacts('fourth.pdf')])
  await staff.addNote(office, officer, { id }, { text })
  if (filing.protection !== 'anonymous') {
    const opener = filing.protection === 'protected' ? auditor : head
    await openIdentity(office, opener, id, 'To visit the place together')
  }
  await staff.extendAnswer(office, head, { id }, { length: { n: 5, unit: 'calendarDay' }, reason: text })
  await staff.answerCase(office, lead, { id }, signed)
  await staff.correctAnswer(office, lead, { id }, { ...signed, why: text })
  await resident.rate(office, { id }, 2)
  await resident.renewCalendar(office, { id })
  office.clock.advance({ hours: 24 * 8 })
  await runDeadlinePass(office, log)
  await resident.askReview(office, { id }, text)
  await staff.beginHearing(office, reviewer, { id }, { until: office.clock.now().add({ hours: 48 }) })
  office.clock.advance(day)
  await staff.endHearing(office, reviewer, { id })
  await staff.reviewCase(office, reviewer, { id }, { parts, outcome: '', verdict: 'sent-back' })
  await staff.answerCase(office, head, { id }, signed)
  await staff.reportRemedy(office, head, { id }, { text })
  await resident.agree(office, { id }, 4)
  await resident.reopen(office, { id }, text)
  await staff.answerCase(office, head, { id }, { parts, outcome: 'explained' })
  office.clock.advance({ hours: 24 * 20 })
  await runDeadlinePass(office, log)

  const { caseId: declined } = await fileOne(office, filing)
  await staff.declineCase(office, head, { id: declined }, { reason: 'before-a-court', text })

  const { caseId: redirected } = await fileOne(office, filing)
  const asked = { to: east, reason: 'another-unit', text }
  await staff.proposeRedirect(office, officer, { id: redirected }, asked)
  await staff.refuseRedirect(office, supervisor, { id: redirected }, { text })
  await staff.proposeRedirect(office, officer, { id: redirected }, asked)
  await staff.confirmRedirect(office, supervisor, { id: redirected })
  await resident.withdraw(office, { id: redirected }, text)

  const { caseId: recused } = await fileOne(office, filing)
  const about = { units: [roads], staff: [ids['front-desk']], text }
  await staff.recuse(office, auditor, { id: recused }, about)
  const reported = { units: [roads], staff: [], named: 'the one with the hat', retaliation: true }
  await fileOne(office, { ...filing, about: reported })

  return { reviewed: id, declined, redirected, recused }
}

/** Takes the organisation through its own changes, once. */
export async function changeOrganisation(office: TestOffice): Promise<void> {
  const { east, oversight } = office.units
  const ids = office.staff
  await grantRole(office, 'set-up', ids.lead, oversight, 'lead')
  await revokeRole(office, 'set-up', ids.lead, oversight, 'lead')
  await endStaff(office, 'set-up', ids.lead)
  await restoreStaff(office, 'set-up', ids.lead)
  const east2 = {
    name: named('East', '东'),
    functions: [],
    areas: [named('East Village', '东村')],
    intake: false,
    active: true,
  }
  await changeUnit(office, 'set-up', east, east2)
  const settings = {
    name: office.tenant.name,
    language: office.tenant.language,
    packId: office.tenant.packId,
  }
  await changeSettings(office, 'set-up', { ...settings, packVersion: office.tenant.packVersion })
  await publishCalendar(office, 'set-up', builtInCalendar('weekdays'), undefined)
}
