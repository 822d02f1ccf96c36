import { beginDraft, saveAnswers } from '../../src/cases/raise/actions.ts'
import type { Answers, DraftTicket } from '../../src/cases/raise/draft.ts'
import type { Office } from '../../src/platform/office.ts'
import { write } from './texts.ts'

/** Answers to every question, as a resident would have given them. */
export function answersOf(random: () => number): Answers {
  const { category, what, wanted, address, name } = write(random)
  return {
    kind: 'grievance',
    category,
    what,
    wanted,
    address,
    area: 'unsure',
    protection: 'named',
    name,
    email: 'robin@example.org',
    own: 'no',
    retaliation: '',
  }
}

/** Writes drafts that are ready to be sent, through the code behind the filing's pages. */
export async function prepareDrafts(
  office: Office,
  count: number,
  random: () => number,
): Promise<DraftTicket[]> {
  const tickets: DraftTicket[] = []
  const work = async () => {
    while (tickets.length < count) {
      const { kind = '', ...rest } = answersOf(random)
      const { ticket } = await beginDraft(office, { kind })
      if (!(await saveAnswers(office, ticket, rest))) throw new Error('a draft was lost')
      tickets.push(ticket)
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return tickets.slice(0, count)
}
