import { type T, translator } from '../../platform/i18n/translator.ts'
import type { Office } from '../../platform/office.ts'
import { tableLines } from '../../platform/terminal-table.ts'
import { type FoundingParts, needsSetUp } from '../../setup/actions.ts'
import { demoAccounts, demoEmail, demoPassword, demoStaff, demoToken } from '../town.ts'
import { foundDemo, loadDemo } from './load-demo.ts'

/**
 * Loads the demo town into an installation that is empty, and says with which accounts one signs in; leaves any other
 * as it is.
 * @returns whether this is the demo, loaded now or before.
 */
export async function startDemo(parts: FoundingParts, t: T, say: (line: string) => void): Promise<boolean> {
  if (await needsSetUp(parts)) {
    say(t('demo.loading'))
    await foundDemo(parts, t.lang)
    parts.offices.forget()
    say(t('demo.loaded'))
  } else {
    say(t('demo.unchanged'))
    if (!(await parts.offices.all()).some(office => office.tenant.demo)) return false
  }
  for (const line of describeAccounts(t)) say(line)
  return true
}

/**
 * Loads the demo town into a tenant that was just set up in a browser. Its accounts go to the terminal of whoever runs
 * the server, for a page of theirs would hand them to anyone.
 */
export async function loadDemoAtSetUp(parts: FoundingParts, office: Office): Promise<void> {
  await loadDemo(parts, office)
  for (const line of describeAccounts(translator(office.tenant.language))) console.log(line)
}

/** The accounts of the demo as a table for the terminal. */
function describeAccounts(t: T): string[] {
  const people = demoAccounts.flatMap(key => demoStaff.filter(one => one.key === key))
  const head = [t('demo.name'), t('demo.email'), t('demo.password'), t('demo.role')]
  const rows = [
    head,
    ...people.map(({ key, name, role }) => [name, demoEmail(key), demoPassword, t(`org.role.${role}`)]),
  ]
  return [
    t('demo.accounts'),
    ...tableLines(rows).map(line => `  ${line}`),
    t('access.demo', { token: demoToken }),
  ]
}
