import type { Action } from '../org/may.ts'

const overseers = ['supervisor', 'auditor'] as const
const handlers = ['owner', 'case-officer', 'unit-head'] as const

/** What staff do to a case, and who may. What residents do is theirs alone and needs the receipt, not a role. */
export const caseActions = {
  register: { name: 'register', by: ['front-desk', 'case-officer', 'unit-head'], kind: 'handling' },
  read: {
    name: 'read',
    by: ['owner', 'case-lead', 'front-desk', 'case-officer', 'lead', 'unit-head', ...overseers],
    kind: 'oversight',
  },
  readNotes: {
    name: 'read-notes',
    by: ['owner', 'case-lead', 'case-officer', 'lead', 'unit-head', ...overseers],
    kind: 'oversight',
  },
  accept: { name: 'accept', by: handlers, kind: 'handling' },
  decline: { name: 'decline', by: ['case-lead', 'unit-head'], kind: 'handling' },
  redirect: { name: 'redirect', by: handlers, kind: 'handling' },
  receiveRedirect: {
    name: 'receive-redirect',
    by: ['case-officer', 'unit-head', 'supervisor'],
    kind: 'handling',
  },
  assign: { name: 'assign', by: ['unit-head', 'supervisor'], kind: 'handling' },
  askInformation: { name: 'ask-information', by: handlers, kind: 'handling' },
  extend: { name: 'extend', by: ['unit-head'], kind: 'handling' },
  answer: { name: 'answer', by: ['case-lead', 'lead', 'unit-head'], kind: 'handling' },
  reportRemedy: { name: 'report-remedy', by: ['case-lead', ...handlers], kind: 'handling' },
  decideReview: { name: 'decide-review', by: ['case-lead', 'lead', 'unit-head'], kind: 'handling' },
  hearing: { name: 'hearing', by: ['case-lead', 'lead', 'unit-head', 'case-officer'], kind: 'handling' },
  sendMessage: { name: 'send-message', by: ['front-desk', 'case-lead', ...handlers], kind: 'handling' },
  addNote: { name: 'add-note', by: ['case-lead', 'lead', ...handlers, 'supervisor'], kind: 'handling' },
  addDocument: { name: 'add-document', by: ['front-desk', 'case-lead', ...handlers], kind: 'handling' },
  openIdentity: {
    name: 'open-identity',
    by: ['owner', 'case-lead', 'unit-head', 'auditor'],
    kind: 'handling',
  },
  openProtectedIdentity: { name: 'open-protected-identity', by: ['auditor'], kind: 'handling' },
  recuse: { name: 'recuse', by: ['supervisor', 'auditor', 'unit-head'], kind: 'oversight' },
} as const satisfies Record<string, Action>
