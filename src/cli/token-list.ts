import { type ListedToken, listTokens } from '../access/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { tableLines } from '../platform/terminal-table.ts'
import type { Command } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable token list` */
export const command: Command = {
  arguments: [],
  options: {
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'access.command.json' },
  },
  async run(call) {
    const { t, say } = call
    await withParts(call, 'token list', async parts => {
      const office = await chosenOffice(call, parts)
      const tokens = await inSnapshot(office.pool, office.tenant.id, listTokens)
      if (call.options['json'] === true) say(JSON.stringify(tokens, undefined, 2))
      else if (tokens.length === 0) say(t('access.none'))
      else for (const line of tableLines([headOf(t), ...tokens.map(one => rowOf(t, office, one))])) say(line)
    })
    return 0
  },
}

function headOf(t: T): string[] {
  return [
    t('access.list.id'),
    t('access.list.name'),
    t('access.list.scopes'),
    t('access.list.staff'),
    t('access.list.state'),
  ]
}

function rowOf(t: T, office: Office, token: ListedToken): string[] {
  return [token.id, token.name, token.scopes.join(','), token.staffName ?? '', stateOf(t, office, token)]
}

function stateOf(t: T, { clock, tenant }: Office, { expiresAt, revokedAt }: ListedToken): string {
  const day = (at: Temporal.Instant) => at.toZonedDateTimeISO(tenant.timeZone).toPlainDate().toString()
  if (revokedAt) return t('access.state.revoked', { date: day(revokedAt) })
  if (!expiresAt) return t('access.state.valid')
  // It ends with the last instant of its day.
  const date = day(expiresAt.subtract({ milliseconds: 1 }))
  const isOver = Temporal.Instant.compare(expiresAt, clock.now()) <= 0
  return isOver ? t('access.state.expired', { date }) : t('access.state.until', { date })
}
