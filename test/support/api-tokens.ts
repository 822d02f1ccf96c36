import { addToken } from '../../src/access/actions.ts'
import { type Scope, scopes } from '../../src/access/rules.ts'
import type { TestOffice } from './office.ts'

/** Every scope of the interface. */
export const everyScope: readonly Scope[] = scopes.filter(scope => scope !== 'open311')

/** A token with more requests than a test makes; it acts for somebody, or for nobody and then for residents. */
export async function tokenFor(
  office: TestOffice,
  staffId: string | undefined,
  wanted: readonly Scope[] = staffId === undefined ? ['residents'] : everyScope,
): Promise<string> {
  const input = { name: 'Test', scopes: wanted, staffId, limitPerMinute: 100_000 }
  return (await addToken(office, 'set-up', input)).token
}
