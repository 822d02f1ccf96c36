import { z } from 'zod'
import type { Delivery, Endpoint } from '../../webhooks/reads.ts'
import { webhookTypes } from '../../webhooks/rules/event-types.ts'
import { instant, uuid, written } from './common.ts'

/** The types of event that an endpoint is told of; none: all. */
export const typesField = z
  .array(z.enum(webhookTypes))
  .max(100)
  .meta({ description: 'api.field.webhook.types' })

/** An address that is told of events. Its secret is told once, where it is made. */
export const webhookSchema = z
  .object({
    id: uuid,
    url: z.string(),
    types: z.array(z.string()),
    status: z.enum(['active', 'failing', 'disabled']),
    addedAt: instant,
    failingSince: instant.nullable(),
    disabledAt: instant.nullable(),
    disabledBecause: z
      .enum(['administrator', 'failing', 'gone'])
      .nullable()
      .meta({ description: 'api.field.webhook.because' }),
    earlierSecretUntil: instant.nullable().meta({ description: 'api.field.webhook.earlier' }),
  })
  .meta({ id: 'Webhook' })

/** An endpoint as it stands. */
export function viewWebhook(one: Endpoint): z.input<typeof webhookSchema> {
  const { id, url, types, createdAt, failingSince, disabledAt, disabledBecause, earlierUntil } = one
  return {
    id,
    url,
    types: [...types],
    status: disabledAt ? 'disabled' : failingSince ? 'failing' : 'active',
    addedAt: written(createdAt),
    failingSince: failingSince && written(failingSince),
    disabledAt: disabledAt && written(disabledAt),
    disabledBecause,
    earlierSecretUntil: earlierUntil && written(earlierUntil),
  }
}

/** What became of one message at one address. */
export const deliverySchema = z
  .object({
    message: z.string(),
    type: z.string(),
    happenedAt: instant,
    status: z.enum(['waiting', 'delivered', 'failed']),
    nextAt: instant.nullable(),
    attempts: z.array(
      z.object({
        at: instant,
        status: z.int().nullable().meta({ description: 'api.field.delivery.status' }),
        error: z.string().nullable(),
        milliseconds: z.int(),
      }),
    ),
  })
  .meta({ id: 'Delivery' })

/** A line of the log of an endpoint. */
export function viewDelivery(one: Delivery): z.input<typeof deliverySchema> {
  return {
    message: one.messageId,
    type: one.type,
    happenedAt: written(one.createdAt),
    status: one.status,
    nextAt: one.nextAt && written(one.nextAt),
    attempts: one.attempts.map(({ at, status = null, error = null, milliseconds }) => ({
      at,
      status,
      error,
      milliseconds: Math.round(milliseconds),
    })),
  }
}
