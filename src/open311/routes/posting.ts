import { packOf } from '../../packs/reads.ts'
import { BadInput, NotAllowed } from '../../platform/errors.ts'
import { caseFolder } from '../../platform/files/folder.ts'
import { deleteFiles } from '../../platform/files/storage.ts'
import { requireOffice } from '../../platform/http/parts.ts'
import { createDataKey } from '../../platform/sealing/keys.ts'
import { v7 } from '../../platform/uuid.ts'
import { fileRequest, takeUpdate } from '../actions.ts'
import type { Args } from '../args.ts'
import { type Answer, type Asked, readAsked } from '../asked.ts'
import { describeReceipt } from '../describe.ts'
import { list } from '../document.ts'
import { Unknown } from '../errors.ts'
import { readFiling, readUpdate } from '../forms.ts'
import { requireService } from '../services.ts'
import { readHeldForm, readSentForm, type SentForm } from '../uploads.ts'

/** Files a request. Its files are sealed with its key as they come, and go again where it is refused. */
export async function postRequest(asked: Asked): Promise<Answer> {
  const { request, reply, parts, target } = asked
  if (target.id !== undefined) throw new Unknown('open311.fault.resource')
  const office = requireOffice(request.office)
  const id = v7()
  if (!request.isMultipart()) return file(asked, id, { fields: {}, files: [] })
  const { key, wrapped } = createDataKey(office.key, id)
  const folder = caseFolder(parts.config.dataDir, office.tenant.id, id, key)
  const drop = () =>
    deleteFiles(parts.config.dataDir, office.tenant.id, id).catch(error =>
      parts.log.warn({ err: error }, 'a file of a refused request could not be removed'),
    )
  try {
    const answer = await file(asked, id, await readSentForm(request, reply, folder), wrapped, drop)
    return answer
  } catch (error) {
    await drop()
    throw error
  }
}

async function file(
  asked: Asked,
  id: string,
  { fields, files }: SentForm,
  wrappedKey?: Buffer,
  drop?: () => Promise<void>,
): Promise<Answer> {
  const { request, parts } = asked
  const { office, args, caller, t } = await readAsked(asked, fields)
  if (!caller) throw new NotAllowed('open311.fault.key-missing')
  const { tenant } = office
  const pack = packOf(tenant)
  const category = requireService(pack, requireArg(args, 'service_code'))
  const unnamed = category.name[t.lang]
  const filing = readFiling(args, { category, pack, timeZone: tenant.timeZone, unnamed })
  const reference = referenceOf(request.headers['idempotency-key'], args)
  const sent = { id, wrappedKey, filing, language: request.lang, files, reference }
  const receipt = await fileRequest(office, caller, sent)
  const isNew = 'again' in receipt && !receipt.again
  if (!isNew) await drop?.()
  const answer =
    'fetched' in receipt
      ? { service_request_id: receipt.number, service_notice: t('open311.notice.fetched'), fetched: true }
      : describeReceipt({ t, tenant }, receipt, parts.baseUrl())
  return { root: 'service_requests', node: list('request', [answer]) }
}

/** What the sender calls the request, if anything: the header of the IETF's draft, or the id that FixMyStreet sends. */
function referenceOf(header: string | string[] | undefined, args: Args): string | undefined {
  const key = typeof header === 'string' && header !== '' ? header : undefined
  return key ?? args.get('idempotency_key') ?? args.get('service_request_id_ext')
}

/** Takes an update of a request. */
export async function postUpdate(asked: Asked): Promise<Answer> {
  const { request, parts, target } = asked
  if (target.id !== undefined) throw new Unknown('open311.fault.resource')
  const form = request.isMultipart() ? await readHeldForm(request) : undefined
  const { office, args, caller } = await readAsked(asked, form?.fields)
  if (!caller) throw new NotAllowed('open311.fault.key-missing')
  const update = readUpdate(args, office.tenant.timeZone)
  const updateId = await takeUpdate(office, caller, {
    ...update,
    keepFiles: form && (async folderIn => form.keep(folderIn(parts.config.dataDir))),
  })
  return { root: 'service_request_updates', node: list('request_update', [{ update_id: updateId }]) }
}

function requireArg(args: Args, name: string): string {
  const value = args.get(name)
  if (value !== undefined) return value
  throw new BadInput([{ field: name, text: 'open311.fault.missing', values: { name } }])
}
