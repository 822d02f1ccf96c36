import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { contentDisposition } from '../platform/files/send-file.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { type Format, formats, type ListName } from './rules.ts'

/** Answers with a list as a file to keep, named after the list and the day. */
export function sendList(
  reply: FastifyReply,
  { clock, tenant }: Office,
  t: T,
  { list, format, file }: { list: ListName; format: Format; file: Readable },
): FastifyReply {
  const day = clock.now().toZonedDateTimeISO(tenant.timeZone).toPlainDate()
  const name = `${t(`exchange.list.file.${list}`)}-${day}.${format}`
  return reply
    .type(formats[format])
    .header('content-disposition', contentDisposition('attachment', name))
    .send(file)
}
