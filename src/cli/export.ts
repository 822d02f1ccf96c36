import { createWriteStream } from 'node:fs'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { misreadIn } from '../cases/queue/forms.ts'
import { type Exporter, exportList } from '../exchange/actions/export-list.ts'
import { type Format, formatNames, type ListName, listNames } from '../exchange/rules.ts'
import { findStaffByEmail } from '../identity/reads.ts'
import { findActorById } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { NotAllowed } from '../platform/errors.ts'
import { isLang } from '../platform/i18n/languages.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable export` */
export const command: Command = {
  arguments: [{ name: '<list>', text: 'exchange.command.list' }],
  options: {
    format: { text: 'exchange.command.format', example: 'xlsx' },
    output: { text: 'exchange.command.output', example: 'cases.xlsx' },
    query: { text: 'exchange.command.query', example: 'tab=overdue&kind=hazard' },
    staff: { text: 'exchange.command.staff', example: 'lin.wei@example.org' },
    language: { text: 'exchange.command.language', example: 'zh-CN' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'exchange.option.json' },
  },
  async run(call) {
    const { t, say, options } = call
    const list = readList(call)
    const output = givenValue(call, 'output')
    const format = readFormat(call, output)
    if (output === undefined && options['json'] === true)
      throw new UsageError(t('exchange.command.json-needs-output'))
    if (output === undefined && format === 'xlsx' && process.stdout.isTTY)
      throw new UsageError(t('exchange.command.needs-output'))
    const query = Object.fromEntries(new URLSearchParams(givenValue(call, 'query') ?? 'tab=all'))
    const misread = misreadIn(query)
    if (misread) throw new UsageError(t('exchange.command.unknown-filter', misread))
    let rows = 0
    let readToEnd = true
    await withParts(call, 'export', async parts => {
      const office = await chosenOffice(call, parts)
      const by = await exporterOf(call, office)
      const file = await exportList(office, by, { list, format, query }, readLanguage(call), count => {
        rows = count
      }).catch(error => {
        throw error instanceof NotAllowed ? new OperatorError(t.stored(error.reason)) : error
      })
      if (output !== undefined) await writeTo(file, output, t)
      else readToEnd = await writeOut(file)
    })
    if (!readToEnd) return 128 + constants.signals.SIGPIPE
    if (options['json'] === true) say(JSON.stringify({ list, format, rows, output }))
    else if (output !== undefined) say(t('exchange.exported', { rows, path: output }))
    return 0
  },
}

async function writeTo(file: Readable, path: string, t: T): Promise<void> {
  try {
    await pipeline(file, createWriteStream(path))
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    // Only what the system says of the file itself is for the operator to mend.
    if (!code || !['open', 'write'].includes(syscall ?? '')) throw error
    throw new OperatorError(t('exchange.command.not-written', { path, code }))
  }
}

/** Writes to standard output; false where its reader, as with `| head`, has seen enough and gone. */
async function writeOut(file: Readable): Promise<boolean> {
  try {
    await pipeline(file, process.stdout, { end: false })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false
    throw error
  }
}

function readList(call: Call): ListName {
  const [name = ''] = call.arguments
  const list = listNames.find(one => one === name)
  if (list) return list
  throw new UsageError(call.t('exchange.command.unknown-list', { name, known: listNames.join(', ') }))
}

/** The form that was asked for, else the one that the name of the file says, else CSV. */
function readFormat(call: Call, output: string | undefined): Format {
  const given = givenValue(call, 'format')
  const wanted = given ?? (output?.toLowerCase().endsWith('.xlsx') ? 'xlsx' : 'csv')
  const format = formatNames.find(one => one === wanted)
  if (format) return format
  throw new UsageError(
    call.t('exchange.command.unknown-format', { name: wanted, known: formatNames.join(', ') }),
  )
}

function readLanguage(call: Call): T {
  const given = givenValue(call, 'language')
  if (given === undefined) return call.t
  if (isLang(given)) return translator(given)
  throw new UsageError(call.t('exchange.command.unknown-language', { name: given }))
}

async function exporterOf(call: Call, office: Office): Promise<Exporter> {
  const email = givenValue(call, 'staff')
  if (email === undefined) return 'operator'
  const actor = await inSnapshot(office.pool, office.tenant.id, async tx => {
    const staff = await findStaffByEmail(tx, email)
    return staff && findActorById(tx, staff.id)
  })
  if (actor) return actor
  throw new OperatorError(call.t('access.fault.unknown-email', { email }))
}
