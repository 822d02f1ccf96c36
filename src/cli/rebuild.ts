import { rebuildTokens } from '../access/actions/rebuild.ts'
import { type Difference, rebuildCases } from '../cases/actions/rebuild-cases.ts'
import { rebuildCaseNumbers } from '../cases/actions/rebuild-numbers.ts'
import { rebuildConnections } from '../connectors/actions/rebuild.ts'
import { rebuildCategoryNames } from '../exchange/actions/rebuild.ts'
import { rebuildAddresses } from '../feeds/actions/rebuild.ts'
import { rebuildOrganisation } from '../org/actions/rebuild.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { rebuildEndpoints } from '../webhooks/actions/rebuild.ts'
import type { Command } from './command.ts'
import { chosenOffices, withParts } from './offices.ts'
import { progressLine } from './progress.ts'

/** Something that was not as the events say: in which tenant, of which case if of one, what, and whether it is mended. */
type Found = { tenant: number; case: string | null; what: string; was: string; is: string; mended: boolean }

/** `answerable rebuild` */
export const command: Command = {
  arguments: [],
  options: {
    check: { text: 'cli.rebuild.check' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'cli.rebuild.json' },
  },
  async run(call) {
    const { t, say, options } = call
    const mend = options['check'] !== true
    const asJson = options['json'] === true
    const found: Found[] = []
    let cases = 0
    await withParts(call, 'rebuild', async parts => {
      for (const office of await chosenOffices(call, parts)) {
        cases += await rebuild(office, mend, t, difference => {
          found.push(difference)
          if (!asJson) say(describe(difference, t))
        })
      }
    })
    const left = found.filter(one => !one.mended).length
    if (asJson) say(JSON.stringify({ cases, differences: found }, undefined, 2))
    else say(t('cli.rebuild.done', { cases, differences: found.length, left }))
    return found.length === 0 ? 0 : 1
  },
}

async function rebuild(
  office: Office,
  mend: boolean,
  t: T,
  found: (difference: Found) => void,
): Promise<number> {
  const tenant = office.tenant.id
  // Staff first: tokens and addresses are theirs.
  for (const rebuildRows of [
    rebuildOrganisation,
    rebuildTokens,
    rebuildAddresses,
    rebuildEndpoints,
    rebuildConnections,
    rebuildCategoryNames,
  ])
    await rebuildRows(office, one => found({ tenant, case: null, ...one }), { mend })
  const ofCase = ({ number, what, was, is, mended }: Difference) =>
    found({ tenant, case: number, what, was, is, mended })
  await rebuildCaseNumbers(office, ofCase, mend)
  const line = progressLine()
  try {
    const progress = (cases: number) => line.show(t('cli.rebuild.progress', { cases }))
    return await rebuildCases(office, ofCase, { mend, progress })
  } finally {
    line.end()
  }
}

function describe({ tenant, case: number, what, was, is, mended }: Found, t: T): string {
  return t('cli.rebuild.difference', {
    where: number ? 'case' : 'organisation',
    number: number ?? '',
    tenant,
    what,
    was: t('cli.rebuild.value', { value: was }),
    is: t('cli.rebuild.value', { value: is }),
    mended: mended ? 'yes' : 'no',
  })
}
