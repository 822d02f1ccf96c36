import { z } from 'zod'
import { exportList } from '../../exchange/actions/export-list.ts'
import { formatNames, formats, listNames } from '../../exchange/rules.ts'
import { sendList } from '../../exchange/send-list.ts'
import { caseFilters } from '../case-filters.ts'
import { type Operation, operation } from '../operation.ts'

const base = {
  tag: 'exchange',
  method: 'get',
  who: 'staff',
  scope: 'exchange',
  status: 200,
  file: Object.values(formats).map(type => type.split(';')[0] ?? ''),
} as const

const format = z.enum(formatNames).default('csv').meta({ description: 'api.field.export.format' })
const others = listNames.filter(name => name !== 'cases')

const cases = operation({
  ...base,
  id: 'export-cases',
  path: '/exports/cases',
  query: z.strictObject({ ...caseFilters, format }),
  answer: async ({ office, actor, t, query: { format, list: tab = 'all', ...filters } }) => {
    const wanted = { list: 'cases', format, query: { ...filters, tab } } as const
    const file = await exportList(office, actor, wanted, t)
    return { send: async reply => sendList(reply, office, t, { ...wanted, file }) }
  },
})

const list = operation({
  ...base,
  id: 'export-list',
  path: '/exports/{list}',
  params: z.object({ list: z.enum(others) }),
  query: z.strictObject({ format }),
  answer: async ({ office, actor, t, params, query }) => {
    const wanted = { list: params.list, format: query.format }
    const file = await exportList(office, actor, wanted, t)
    return { send: async reply => sendList(reply, office, t, { ...wanted, file }) }
  },
})

/** Lists as files: of cases for whoever sees them, of the organisation for administrators. */
export const exportOperations: readonly Operation[] = [cases, list]
