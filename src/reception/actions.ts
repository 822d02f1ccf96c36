import { fileCase, type Receipt } from '../cases/actions/file-case.ts'
import { caseActions } from '../cases/permissions.ts'
import { type Actor, may } from '../org/may.ts'
import { NotAllowed } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import type { DeskFiling } from './forms.ts'

/** Whether somebody may register cases for others: by a role at any unit, since the case goes where it belongs. */
export function mayRegister(actor: Actor): boolean {
  return actor.grants.some(grant => may(actor, caseActions.register, { unitPath: grant.unitPath }))
}

/**
 * Registers a case for a person who is present or on the phone. The id and the secret come with the form, so that the
 * same form sent twice files one case and shows one receipt.
 */
export async function registerCase(
  office: Office,
  actor: Actor,
  filing: DeskFiling & { id: string },
  receiptSecret: string,
): Promise<Receipt> {
  if (!mayRegister(actor)) throw new NotAllowed()
  const author = { kind: 'staff', id: actor.staffId } as const
  return fileCase(office, author, { ...filing, files: [] }, { receiptSecret })
}
