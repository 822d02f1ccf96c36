import { z } from 'zod'
import { typed } from '../platform/http/form-fields.ts'
import { webhookTypes } from './rules/event-types.ts'

const list = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform(value => (value === undefined ? [] : [value].flat()))

/** What an endpoint is told of; no type ticked means all. */
export const typesForm = z.object({
  types: list.refine(
    types => types.every(type => webhookTypes.some(one => one === type)),
    'webhooks.fault.types',
  ),
})

/** A new endpoint. */
export const endpointForm = z.object({
  url: typed(z.string().trim().min(1, 'webhooks.fault.url')),
  ...typesForm.shape,
})

const parts = (name: string) => ({
  [`${name}-year`]: typed(),
  [`${name}-month`]: typed(),
  [`${name}-day`]: typed(),
})

/** The days whose messages are to be sent again, both included. */
export const stretchForm = z
  .object({
    ...parts('since'),
    ...parts('until'),
    failed: z
      .string()
      .optional()
      .transform(value => value !== undefined),
  })
  .transform((form, context) => {
    const fields = form as Record<string, unknown>
    const since = readDate(fields, 'since')
    const until = readDate(fields, 'until')
    for (const [path, date] of [
      ['since', since],
      ['until', until],
    ] as const)
      if (!date) context.addIssue({ code: 'custom', path: [path], message: `webhooks.fault.date.${path}` })
    if (since && until && Temporal.PlainDate.compare(until, since) < 0)
      context.addIssue({ code: 'custom', path: ['until'], message: 'webhooks.fault.order' })
    if (!since || !until) return z.NEVER
    return { since, until, failedOnly: form.failed }
  })

function readDate(form: Record<string, unknown>, name: string): Temporal.PlainDate | undefined {
  const [year = 0, month = 0, day = 0] = ['year', 'month', 'day'].map(part =>
    Number(String(form[`${name}-${part}`] ?? '').trim() || Number.NaN),
  )
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
