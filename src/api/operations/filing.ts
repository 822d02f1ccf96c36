import { z } from 'zod'
import { fileCase, type Receipt } from '../../cases/actions/file-case.ts'
import { findChoices } from '../../cases/raise/reads.ts'
import { NotAllowed } from '../../platform/errors.ts'
import { mayRegister, registerCase } from '../../reception/actions.ts'
import type { Call } from '../call.ts'
import { fileOnce, filingFields, readFiling, receiptSchema, viewReceipt } from '../filing.ts'
import { type Operation, operation } from '../operation.ts'

const register = operation({
  id: 'register-case',
  tag: 'desk',
  method: 'post',
  path: '/cases',
  who: 'staff',
  scope: 'cases:write',
  body: z.strictObject({
    channel: z.enum(['visit', 'phone']).meta({ description: 'api.field.filing.channel' }),
    ...filingFields,
  }),
  status: 201,
  result: receiptSchema,
  repeat: 'once',
  answer: async call => {
    const { office, actor, body } = call
    if (!mayRegister(actor)) throw new NotAllowed()
    const { channel, ...sent } = body
    const { files: _, ...filing } = await readFiling(office, sent, office.tenant.language)
    const receipt = await fileOnce(call, (id, secret) =>
      registerCase(office, actor, { ...filing, id, channel }, secret),
    )
    return handOver(call, receipt, `/cases/${receipt.number}`)
  },
})

const file = operation({
  id: 'file-case',
  tag: 'residents',
  method: 'post',
  path: '/filings',
  who: 'program',
  scope: 'residents',
  body: z.strictObject(filingFields),
  status: 201,
  result: receiptSchema,
  repeat: 'once',
  answer: async call => {
    const { office, body, request } = call
    const filing = await readFiling(office, body, request.lang)
    const receipt = await fileOnce(call, (id, receiptSecret) =>
      fileCase(office, { kind: 'resident' }, { ...filing, id, channel: 'web' }, { receiptSecret }),
    )
    return handOver(call, receipt, `/follow/${receipt.number}`)
  },
})

async function handOver(call: Pick<Call, 'office' | 't' | 'parts'>, receipt: Receipt, location: string) {
  return { body: viewReceipt(call, receipt, await findChoices(call.office)), location }
}

/** Filing cases: at the desk for somebody who is there, and for a resident who does it themselves. */
export const deskOperations: readonly Operation[] = [register]
export const filingOperations: readonly Operation[] = [file]
