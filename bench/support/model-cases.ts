import { fileCase } from '../../src/cases/actions/file-case.ts'
import { agree, askReview, writeToInstitution } from '../../src/cases/actions/resident.ts'
import {
  acceptCase,
  addNote,
  answerCase,
  askInformation,
  sendMessage,
} from '../../src/cases/actions/staff.ts'
import type { CaseState } from '../../src/cases/rules/state.ts'
import type { Actor } from '../../src/org/may.ts'
import { findActorById } from '../../src/org/reads.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import { v7 } from '../../src/platform/uuid.ts'
import { randomNumbers, write } from './texts.ts'
import type { Town } from './town.ts'

/** How far a model case is taken. */
const ends = ['filed', 'in-hand', 'awaiting-resident', 'answered', 'under-review', 'closed'] as const
type End = (typeof ends)[number]

/** How often each end comes up among the models. */
const times: Record<End, number> = {
  filed: 6,
  'in-hand': 8,
  'awaiting-resident': 2,
  answered: 3,
  'under-review': 1,
  closed: 10,
}

/** Files cases and takes them to different ends, through the product's own actions. */
export async function fileModelCases(town: Town): Promise<CaseState[]> {
  const random = randomNumbers(7)
  const wanted = ends.flatMap(end => Array.from({ length: times[end] }, () => end))
  const models: CaseState[] = []
  for (const end of wanted) models.push(await fileModelCase(town, end, random))
  return models
}

/** Files one case and takes it as far as wanted; a closed one has some fifteen events. */
export async function fileModelCase(town: Town, end: End, random: () => number): Promise<CaseState> {
  const { office } = town
  const { language, category, what, wanted, address } = write(random)
  const { caseId: id, state } = await fileCase(
    office,
    { kind: 'resident' },
    {
      id: v7(),
      kind: 'grievance',
      category,
      channel: 'web',
      language,
      what,
      wanted,
      place: { address },
      protection: 'named',
      party: { name: 'Robin Example', phone: '020 7946 0000' },
      about: { units: [], staff: [], named: '', retaliation: false },
      files: [],
    },
    { receiptSecret: v7() },
  )
  if (end === 'filed') return state
  const head = await actorOf(town, headOf(town, state.unitId))
  const accepted = await acceptCase(office, head, { id })
  if (end === 'in-hand') return accepted
  await addNote(office, head, { id }, { text: 'Somebody should look at it this week.' })
  await sendMessage(office, head, { id }, { text: 'We will come on Thursday.', files: [] })
  const asked = await askInformation(office, head, { id }, { text: 'Which side of the street?' })
  if (end === 'awaiting-resident') return asked
  await writeToInstitution(office, { id }, { text: 'The north side.', files: [] })
  const parts = {
    asked: 'To have it repaired.',
    facts: 'It was found as described.',
    rule: 'Rules of the town, section 3.',
    reasons: 'It is ours to look after.',
  }
  // With a remedy promised a case stays open, whatever its resident says.
  const decision =
    end === 'closed' ? { outcome: 'not-supported' } : { outcome: 'supported', remedyBy: soon() }
  const answered = await answerCase(office, head, { id }, { parts, ...decision })
  if (end === 'answered') return answered
  if (end === 'under-review') return askReview(office, { id }, 'Nobody came to look.')
  return agree(office, { id }, 4)
}

const soon = () => Temporal.Now.plainDateISO().add({ days: 20 }).toString()

function headOf({ organisation }: Town, unitId: string): string {
  const head = organisation.officers
    .values()
    .find(({ grants }) => grants.some(grant => grant.role === 'unit-head' && grant.unitId === unitId))
  if (!head) throw new Error('a unit without a head')
  return head.id
}

async function actorOf({ office }: Town, staffId: string): Promise<Actor> {
  const actor = await inSnapshot(office.pool, office.tenant.id, tx => findActorById(tx, staffId))
  if (!actor) throw new Error('no such member of staff')
  return actor
}
