import { standingOf } from '../connectors/pages/parts.ts'
import { type Connection, type Counts, countCopies, listConnections } from '../connectors/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import type { T } from '../platform/i18n/translator.ts'
import { tableLines } from '../platform/terminal-table.ts'
import type { Command } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

const none: Counts = { waiting: 0, copied: 0, there: 0, refused: 0, steps: 0 }

/** `answerable connector list` */
export const command: Command = {
  arguments: [],
  options: {
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'connectors.command.json' },
  },
  async run(call) {
    const { t, say } = call
    await withParts(call, 'connector list', async parts => {
      const { pool, tenant } = await chosenOffice(call, parts)
      const [connections, counts] = await inSnapshot(pool, tenant.id, tx =>
        Promise.all([listConnections(tx), countCopies(tx)]),
      )
      const all = connections.map(one => ({ ...one, cases: counts.get(one.id) ?? none }))
      if (call.options['json'] === true) say(JSON.stringify(all, undefined, 2))
      else if (all.length === 0) say(t('connectors.command.none'))
      else for (const line of tableLines([headOf(t), ...all.map(one => rowOf(t, one))])) say(line)
    })
    return 0
  },
}

function headOf(t: T): string[] {
  return [
    t('connectors.list.name'),
    t('connectors.list.way'),
    t('connectors.list.url'),
    t('connectors.list.state'),
    t('connectors.waiting'),
    t('connectors.copied'),
    t('connectors.refused'),
  ]
}

function rowOf(t: T, one: Connection & { cases: Counts }): string[] {
  const { waiting, copied, refused } = one.cases
  const way = t('connectors.way', { direction: one.direction })
  const state = t(`connectors.standing.${standingOf(one)}`)
  return [one.name, way, one.url, state, ...[waiting, copied, refused].map(String)]
}
