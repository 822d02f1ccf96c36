import { z } from 'zod'
import { fileCase, type Receipt } from '../../cases/actions/file-case.ts'
import { findChoices } from '../../cases/raise/reads.ts'
import { whyHere } from '../../cases/why-here.ts'
import { BadInput, NotAllowed } from '../../platform/errors.ts'
import { mayRegister, registerCase } from '../../reception/actions.ts'
import { belongingOf } from '../../reception/belonging.ts'
import type { Call } from '../call.ts'
import { answersOf, fileOnce, filingFields, readFiling, receiptSchema, viewReceipt } from '../filing.ts'
import { type Operation, operation } from '../operation.ts'
import { officerRef, unitRef } from '../views/common.ts'

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
    const filed = await fileOnce(call, (id, secret) =>
      registerCase(office, actor, { ...filing, id, channel }, secret),
    )
    return handOver(call, filed, `/cases/${filed.receipt.number}`)
  },
})

const belonging = operation({
  id: 'find-belonging',
  tag: 'desk',
  method: 'post',
  path: '/desk/where',
  who: 'staff',
  scope: 'cases:read',
  body: z.strictObject({
    kind: filingFields.kind,
    category: filingFields.category,
    place: filingFields.place,
    about: filingFields.about,
  }),
  status: 200,
  result: z
    .object({
      unit: unitRef,
      whyHere: z.string().meta({ description: 'api.field.case.why-here' }),
      lead: officerRef.nullable(),
      answer: z.object({ rule: z.string(), length: z.object({ n: z.int(), unit: z.string() }) }).nullable(),
    })
    .meta({ id: 'Belonging' }),
  repeat: 'each',
  answer: async ({ office, actor, body, t }) => {
    if (!mayRegister(actor)) throw new NotAllowed()
    const choices = await findChoices(office)
    const { organisation } = choices
    const found = belongingOf(answersOf({ ...body, what: '', protection: 'anonymous' }, choices), choices)
    if (!found) throw new BadInput([{ field: 'category', text: 'raise.fault.category' }])
    const lead = organisation.officers.get(found.leadId ?? '')
    return {
      body: {
        unit: { id: found.unitId, name: organisation.units.get(found.unitId)?.name[t.lang] ?? '' },
        whyHere: whyHere(t, found, choices),
        lead: lead
          ? { id: lead.id, name: [lead.name, lead.title[t.lang]].filter(Boolean).join(' · ') }
          : null,
        answer: found.answer ? { rule: found.answer.id, length: found.answer.length } : null,
      },
    }
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
    const filed = await fileOnce(call, (id, receiptSecret) =>
      fileCase(office, { kind: 'resident' }, { ...filing, id, channel: 'web' }, { receiptSecret }),
    )
    return handOver(call, filed, `/follow/${filed.receipt.number}`)
  },
})

async function handOver(
  call: Pick<Call, 'office' | 't' | 'parts'>,
  { receipt, repeated }: { receipt: Receipt; repeated: boolean },
  location: string,
) {
  return { body: viewReceipt(call, receipt, await findChoices(call.office)), location, repeated }
}

/** Filing cases: at the desk for somebody who is there, and for a resident who does it themselves. */
export const deskOperations: readonly Operation[] = [belonging, register]
export const filingOperations: readonly Operation[] = [file]
