import { formatDateTime } from '../../platform/i18n/dates.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { tag } from '../../ui/content/tag.ts'
import { checkboxes } from '../../ui/form/choices.ts'
import type { FormState } from '../../ui/form/form-state.ts'
import type { Html } from '../../ui/html.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Delivery, Endpoint } from '../reads.ts'
import { webhookTypes } from '../rules/event-types.ts'
import type { Attempt } from '../store.ts'

/** How an endpoint stands, in a word. */
export function standing({ t }: PageContext, { disabledAt, failingSince }: Endpoint): Html {
  if (disabledAt) return tag(t('webhooks.standing.disabled'), 'grey')
  return failingSince
    ? tag(t('webhooks.standing.failing'), 'red')
    : tag(t('webhooks.standing.active'), 'green')
}

/** How a delivery stands, in a word. */
export function deliveryTag({ t }: PageContext, { status }: Delivery): Html {
  const colours = { waiting: 'amber', delivered: 'green', failed: 'red' } as const
  return tag(t(`webhooks.delivery.${status}`), colours[status])
}

/** What an event type says, in words. */
export function typeText(t: T, type: string): string {
  return t.stored(`webhooks.type.${type.replace(/^\w+\./, '').replaceAll('_', '-')}`)
}

/** The choice of what an address is told of. */
export function typesChoice(t: T, state: FormState): Html {
  return checkboxes(t, {
    ...state.list('types'),
    label: t('webhooks.types'),
    hint: t('webhooks.types.hint'),
    labelSize: 's',
    small: true,
    choices: webhookTypes.map(value => ({ value, label: typeText(t, value), hint: value })),
  })
}

/** An attempt in one line: when, what came back, how long it took. */
export function attemptText({ t, lang, tenant }: PageContext, attempt: Attempt): string {
  const { at, status, error, milliseconds } = attempt
  const when = formatDateTime(Temporal.Instant.from(at), lang, tenant.timeZone)
  return t('webhooks.attempt', { when, what: status ?? error ?? '', milliseconds })
}
