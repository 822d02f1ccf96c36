import { z } from 'zod'
import { scopes } from '../../access/rules.ts'
import { roles } from '../../org/may.ts'
import { findOrganisation } from '../../org/reads.ts'
import { packOf } from '../../packs/reads.ts'
import { leafCategories } from '../../packs/rules.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { mayRegister } from '../../reception/actions.ts'
import { type Operation, operation } from '../operation.ts'
import { bothNames, instant, kind, language, term, unitRef, uuid, written } from '../views/common.ts'

const me = operation({
  id: 'find-me',
  tag: 'start',
  method: 'get',
  path: '/me',
  who: 'program',
  status: 200,
  result: z
    .object({
      token: z.object({
        id: uuid,
        name: z.string(),
        scopes: z.array(z.enum(scopes)),
        limitPerMinute: z.int(),
      }),
      institution: z.object({
        name: bothNames,
        timeZone: z.string(),
        language,
        rules: z.string(),
        now: instant,
      }),
      staff: z
        .object({
          id: uuid,
          name: z.string(),
          roles: z.array(z.object({ role: z.enum(roles), unit: unitRef })),
          mayRegister: z.boolean(),
        })
        .nullable()
        .meta({ description: 'api.field.me.staff' }),
    })
    .meta({ id: 'Me' }),
  answer: async ({ office, caller, actor, t }) => {
    const { tenant, clock, pool } = office
    const { units } = await inSnapshot(pool, tenant.id, tx => findOrganisation(pool, tx))
    const { tokenId: id, name, scopes: held, limitPerMinute } = caller
    return {
      body: {
        token: { id, name, scopes: [...held], limitPerMinute },
        institution: {
          name: { ...tenant.name },
          timeZone: tenant.timeZone,
          language: tenant.language,
          rules: `${tenant.packId}@${tenant.packVersion}`,
          now: written(clock.now()),
        },
        staff: caller.staffId
          ? {
              id: actor.staffId,
              name: actor.name,
              roles: actor.grants.map(({ role, unitId }) => ({
                role,
                unit: { id: unitId, name: units.get(unitId)?.name[t.lang] ?? '' },
              })),
              mayRegister: mayRegister(actor),
            }
          : null,
      },
    }
  },
})

const question = z.object({
  code: z.string(),
  text: z.string(),
  datatype: z.enum(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist']),
  required: z.boolean(),
  values: z.array(term),
})

const decisionParts = z.array(z.object({ ...term.shape, required: z.boolean() }))

const rules = operation({
  id: 'find-rules',
  tag: 'start',
  method: 'get',
  path: '/rules',
  who: 'program',
  status: 200,
  result: z
    .object({
      id: z.string(),
      name: z.string(),
      kinds: z.array(z.object({ code: kind, name: z.string() })),
      categories: z
        .array(
          z.object({
            ...term.shape,
            kinds: z.array(kind),
            function: z.string(),
            questions: z.array(question),
          }),
        )
        .meta({ description: 'api.field.rules.categories' }),
      outcomes: z.array(term),
      decisionParts: z
        .object({ answer: decisionParts, review: decisionParts, 'final-review': decisionParts })
        .meta({ description: 'api.field.rules.decision-parts' }),
      reviewOutcomes: z.array(term),
      notOurs: z.array(term).meta({ description: 'api.field.rules.not-ours' }),
      notAccepted: z.array(term).meta({ description: 'api.field.rules.not-accepted' }),
    })
    .meta({ id: 'Rules' }),
  answer: async ({ office, t }) => {
    const pack = packOf(office.tenant)
    const { lang } = t
    const [tier] = pack.review.tiers
    const partsOf = (which: 'answer' | 'review' | 'final-review') =>
      pack.decisionContents[which].map(({ code, name, required }) => ({ code, name: name[lang], required }))
    return {
      body: {
        id: `${pack.id}@${pack.version}`,
        name: pack.name[lang],
        kinds: pack.kinds.map(({ code, name }) => ({ code, name: name[lang] })),
        categories: leafCategories(pack).map(one => ({
          code: one.code,
          name: one.name[lang],
          kinds: one.kinds,
          function: one.function,
          questions: (one.questions ?? []).map(({ code, text, datatype, required, values = [] }) => ({
            code,
            text: text[lang],
            datatype,
            required,
            values: values.map(value => ({ code: value.code, name: value.name[lang] })),
          })),
        })),
        outcomes: pack.outcomes.map(({ code, name }) => ({ code, name: name[lang] })),
        decisionParts: {
          answer: partsOf('answer'),
          review: partsOf('review'),
          'final-review': partsOf('final-review'),
        },
        reviewOutcomes: tier.outcomes.map(({ code, name }) => ({ code, name: name[lang] })),
        notOurs: pack.notOurs.map(({ code, text }) => ({ code, name: text[lang] })),
        notAccepted: pack.notAccepted.map(({ code, text }) => ({ code, name: text[lang] })),
      },
    }
  },
})

/** Who one is, and by which rules one works. */
export const startOperations: readonly Operation[] = [me, rules]
