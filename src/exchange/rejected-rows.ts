import { createReadStream, existsSync } from 'node:fs'
import type { FastifyReply } from 'fastify'
import { NotFound } from '../platform/errors.ts'
import { contentDisposition } from '../platform/files/send-file.ts'
import { formats } from './rules.ts'
import { goesOn, type Run, type RunFolder } from './run.ts'

/** Whether the rows that an import refused can be taken away. */
export function hasRejected(run: Run, folder: RunFolder): boolean {
  return !goesOn(run) && run.status !== 'discarded' && existsSync(folder.rejected)
}

/** Answers with the rows that an import refused, each with its reason. @throws NotFound where there are none */
export function sendRejected(reply: FastifyReply, run: Run, folder: RunFolder): FastifyReply {
  if (!hasRejected(run, folder)) throw new NotFound('file')
  const name = `${run.fileName.replace(/\.(csv|txt|xlsx)$/i, '')}-rejected.csv`
  return reply
    .type(formats.csv)
    .header('content-disposition', contentDisposition('attachment', name))
    .send(createReadStream(folder.rejected))
}
