import type { Pool } from 'pg'
import type { CaseState } from '../../src/cases/rules/state.ts'
import { searchText } from '../../src/cases/texts.ts'
import { q } from '../../src/platform/database/query.ts'
import { searchVector } from '../../src/platform/words.ts'

import { fileModelCases } from './model-cases.ts'
import { setAside } from './set-aside.ts'
import { randomNumbers, write } from './texts.ts'
import type { Town } from './town.ts'

/** A town with many cases: five years of them, one in twenty still open. */
export type BigTown = Town & { readonly cases: number }

/** Each text stands for so many cases: to write them all would take some minutes more. */
const casesPerText = 4

/**
 * Fills a town with cases: some are filed and worked through the product's own actions, and these models are then
 * multiplied inside PostgreSQL, with other units, people, dates and texts. Their events are left out: no list reads
 * them.
 */
export async function fillBigTown(
  bench: { say(line: string): void },
  town: Town,
  cases: number,
): Promise<BigTown> {
  const { owner } = town
  const began = performance.now()
  bench.say(`making ${cases.toLocaleString('en')} cases`)
  await writeModels(owner, await fileModelCases(town))
  await writePeople(town)
  await writeTexts(owner, Math.ceil(cases / casesPerText))
  await owner.query('delete from case_texts')
  const putBack = await setAside(owner, ['cases', 'case_texts'])
  await owner.query(
    'create unlogged table made (i integer primary key, id uuid, at timestamptz, is_open boolean)',
  )
  await owner.query(makeKeys, [cases])
  const half = Math.floor(cases / 2)
  await Promise.all([
    owner.query(makeCases, [1, half]),
    owner.query(makeCases, [half + 1, cases]),
    owner.query(makeTexts, [Math.ceil(cases / casesPerText)]),
  ])
  await putBack()
  await owner.query('drop table made, made_texts, models, people')
  await owner.query('vacuum (analyze) cases')
  await owner.query('vacuum (analyze) case_texts')
  bench.say(`made in ${Math.round((performance.now() - began) / 1000)} s`)
  return { ...town, cases }
}

async function writeModels(owner: Pool, models: readonly CaseState[]): Promise<void> {
  await owner.query(
    `create unlogged table models as
    select row_number() over (partition by open) - 1 as no, count(*) over (partition by open) as of, cases.*
    from cases where id = any ($1)`.replace('$1', `'{${models.map(({ id }) => id).join(',')}}'::uuid[]`),
  )
}

// Where cases are and who works them: few units have many, most have some; each has two officers and a head.
async function writePeople({ owner, organisation, handling }: Town): Promise<void> {
  await owner.query(
    'create unlogged table people (no integer primary key, unit uuid, head uuid, officers uuid[])',
  )
  const officers = [...organisation.officers.values()]
  const holders = (unitId: string, role: string) =>
    officers.filter(({ grants }) => grants.some(grant => grant.unitId === unitId && grant.role === role))
  for (const [no, unitId] of handling.entries()) {
    const heads = holders(unitId, 'unit-head').map(({ id }) => id)
    const workers = holders(unitId, 'case-officer').map(({ id }) => id)
    await owner.query('insert into people values ($1, $2, $3, $4)', [no, unitId, heads[0], workers])
  }
}

async function writeTexts(owner: Pool, count: number): Promise<void> {
  await owner.query('create unlogged table made_texts (no integer primary key, subject text, words tsvector)')
  const random = randomNumbers(11)
  const { sql } = vectorOf('x')
  const each = 5_000
  const batches: Promise<unknown>[] = []
  for (let from = 0; from < count; from += each) {
    const rows = Array.from({ length: Math.min(each, count - from) }, (_, at) => {
      const { what, wanted, address } = write(random)
      const [words, pairs] = vectorOf(searchText({ what, wanted, place: { address } })).parameters
      return { no: from + at, subject: what.slice(0, 60), words, pairs }
    })
    const vector = sql.replace('$1', 'words').replace('$2', 'pairs')
    batches.push(
      owner.query(
        `insert into made_texts select no, subject, ${vector}
         from jsonb_to_recordset($1) as made (no integer, subject text, words text, pairs text[])`,
        [JSON.stringify(rows)],
      ),
    )
    // Two connections work while the next texts are written.
    if (batches.length === 2) await batches.shift()
  }
  await Promise.all(batches)
}

const vectorOf = (text: string) => searchVector(text).compile(q)

// The last twentieth is open, of the last two months; the others are spread over five years before.
const makeKeys = `
  insert into made
  select i, uuidv7(at - now()), at, is_open from (
    select i, i > $1::integer * 0.95 as is_open,
      case when i > $1::integer * 0.95 then now() - interval '60 days' * ($1::integer - i) / ($1::integer * 0.05)
        else now() - interval '60 days' - interval '1765 days' * ($1::integer * 0.95 - i) / ($1::integer * 0.95) end as at
    from generate_series(1, $1::integer) as i) as keyed`

// What a case owes next is due up to thirty days after it was filed; so some are late, as they are in a real office.
const makeCases = `
  insert into cases (tenant_id, id, number, receipt_digest, kind, category, status, open, unit_id, owner_id, lead_id,
    protected, channel, language, pack_id, pack_version, subject, filed_at, closed_at, due_at, due_kind, due_from,
    due_provisional, paused, state, updated_at)
  select 1, made.id, format('%s-%s-0', extract(year from at), lpad(i::text, 7, '0')), receipt_digest, kind,
    category, status, is_open, unit, owner, head, protected, channel, language, pack_id, pack_version,
    made_texts.subject, at, case when not is_open then at + interval '20 days' end,
    case when is_open and due_at is not null then due end, case when is_open then due_kind end,
    case when is_open and due_at is not null then at end, false, paused,
    state || jsonb_build_object('id', made.id, 'unitId', unit, 'leadId', head, 'ownerId', owner, 'filedAt', at),
    at
  from (select *, hashint4(i) & 65535 as one, hashint4(i + 77777777) & 65535 as two,
          hashint4(i + 33333333) & 65535 as three,
          at + interval '1 day' * (20 + 53 * (hashint4(i + 5555) & 65535) / 65536.0) as due
        from made where i between $1::integer and $2::integer) as made
  join models on models.open = is_open and models.no = one % models.of
  join lateral (select unit, head, case when three % 10 < 7 then officers[1 + three / 16 % 2] end as owner
        from people where people.no = floor(38 * power(two / 65536.0, 1.5))) as place on true
  join made_texts on made_texts.no = i / ${casesPerText} % (select count(*) from made_texts)`

const makeTexts = `
  insert into case_texts (tenant_id, case_id, words)
  select 1, id, words from made join made_texts on made_texts.no = i / ${casesPerText} % $1::integer`
