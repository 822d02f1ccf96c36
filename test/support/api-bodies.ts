import type { Operation } from '../../src/api/operation.ts'
import { operations } from '../../src/api/operations.ts'
import { pdf } from '../../src/platform/files/fixtures/documents.ts'
import { allowedNetworks } from '../../src/platform/http-client/address.ts'
import { addEndpoint } from '../../src/webhooks/actions/endpoints.ts'
import { sendTest } from '../../src/webhooks/actions/replay.ts'
import type { Sent } from './api-client.ts'
import { bringFile } from './imports.ts'
import type { TestOffice } from './office.ts'
import { multipart } from './upload.ts'

const text = 'x'
/** A body that each operation takes, so that nothing but who asks for what decides. */
export const bodiesFor = (office: TestOffice): Record<string, unknown> => ({
  'refuse-redirect': { text },
  answer: { outcome: 'done', asked: text, facts: text, reasons: text, rule: text },
  'decide-review': { outcome: 'upheld', asked: text, facts: text, reasons: text, rule: text },
  'correct-answer': { why: text, asked: text, facts: text, reasons: text, rule: text },
  'report-remedy': { text },
  'ask-information': { text },
  'send-message': { text },
  assign: { ownerId: null, leadId: null },
  extend: { length: 1, text },
  'begin-hearing': { until: '2026-03-20' },
  'propose-redirect': { to: office.units.east, reason: 'another-unit', text },
  decline: { reason: 'court', text },
  'add-note': { text },
  recuse: { units: [office.units.east], staff: [], text },
  'open-identity': { purpose: text },
  'follow-message': { text },
  'follow-agree': {},
  'follow-review': { text },
  'follow-rate': { rating: 3 },
  'follow-reopen': { text },
  'follow-withdraw': {},
  'add-unit': { parentId: office.units.root, name: { en: text, 'zh-CN': text }, functions: [], areas: [] },
  'change-unit': { name: { en: text, 'zh-CN': text }, functions: [], areas: [], intake: true, active: true },
  'add-staff': { name: text, email: 'x@example.org', roles: [{ unitId: office.units.east, role: 'lead' }] },
  'change-staff': { name: text, email: 'y@example.org' },
  'grant-role': { unitId: office.units.east, role: 'lead' },
  'revoke-role': { unitId: office.units.east, role: 'lead' },
  'issue-link': {},
  'change-settings': { name: { en: text, 'zh-CN': text }, language: 'en', rules: 'generic@1' },
  'publish-calendar-year': { holidays: [], makeup: [] },
  'change-import': { columns: { 'name-en': text }, encoding: 'utf-8', createUnits: true },
  'check-import': { columns: { 'name-en': text }, dateFormat: text, source: text },
  'add-webhook': { url: 'https://hooks.example.org/x', types: ['case.filed'] },
  'change-webhook': { types: ['case.filed'] },
  'replay-deliveries': { since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z', failedOnly: true },
  'find-belonging': { kind: 'hazard', category: 'road-damage', place: { address: text } },
  'register-case': {
    channel: 'visit',
    kind: 'hazard',
    category: 'road-damage',
    what: text,
    place: { address: text },
    protection: 'anonymous',
  },
  'file-case': {
    kind: 'hazard',
    category: 'road-damage',
    what: text,
    place: { address: text },
    protection: 'anonymous',
  },
})

/** What a town has besides its units and people, so that there is something for a request to be about. */
export type Furniture = { webhook: string; message: string; file: string }

/** Gives a town one of each thing that requests are about. */
export async function furnish(office: TestOffice): Promise<Furniture> {
  const input = { url: `https://hooks.example.org/${office.tenant.id}`, types: [] }
  const { id: webhook } = await addEndpoint(office, 'set-up', input, allowedNetworks([]))
  const message = await sendTest(office, 'set-up', webhook)
  const furniture = { webhook, message, file: await bringFile(office) }
  known.set(office, furniture)
  return furniture
}

const known = new WeakMap<TestOffice, Furniture>()

function idOf(path: string, office: TestOffice): string {
  if (path.startsWith('/units')) return office.units.east
  if (path.startsWith('/webhooks')) return known.get(office)?.webhook ?? ''
  if (path.startsWith('/imports')) return known.get(office)?.file ?? ''
  return office.staff.lead
}

function formFor({ upload }: Operation): Sent['form'] {
  if (!upload) return undefined
  const files = [{ field: upload.part, name: 'a.pdf', content: pdf() }]
  return multipart(files, upload.fields ? { kind: 'units' } : {})
}

/** A request to an operation about a case, a unit, a person or another thing of a town. */
export function requestTo(
  id: string,
  office: TestOffice,
  { number, receiptCode }: { number: string; receiptCode: string },
): Sent {
  const one = operations.find(operation => operation.id === id)
  if (!one) throw new Error(id)
  const body = bodiesFor(office)[id]
  const message = known.get(office)?.message ?? ''
  return {
    params: { number, id: idOf(one.path, office), year: '2026', message, list: 'staff' },
    form: formFor(one),
    ...(body !== undefined && { body }),
    ...(one.who === 'resident' && { headers: { 'receipt-code': receiptCode } }),
  }
}
