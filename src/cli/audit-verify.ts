import { describeReport } from '../audit/describe-report.ts'
import { type Report, type VerifyOptions, verifyBundle, verifyDatabase } from '../audit/verify.ts'
import { type Config, readConfig } from '../platform/config.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { withRecords } from './records.ts'

/** `answerable audit verify` */
export const command: Command = {
  arguments: [],
  options: {
    bundle: { text: 'cli.audit-verify.bundle', example: 'record.jsonl.gz' },
    published: { text: 'cli.audit-verify.published', example: 'checkpoints.jsonl' },
    key: { text: 'cli.audit-verify.key', example: '0123456789abcdef0123456789abcdef' },
    tenant: { text: 'cli.audit.tenant', example: '1' },
    json: { text: 'cli.audit-verify.json' },
  },
  async run(call) {
    const { options, env, say } = call
    const bundle = givenValue(call, 'bundle')
    const compared = { published: givenValue(call, 'published'), key: givenValue(call, 'key') }
    const reports = bundle
      ? [await verifyBundle(bundle, compared)]
      : await verifyRecords(readConfig(env), call, compared)
    const ok = reports.every(report => report.ok)
    if (options.json === true) say(JSON.stringify({ ok, records: reports }, undefined, 2))
    else for (const report of reports) for (const line of describeReport(report, call.t)) say(line)
    return ok ? 0 : 1
  },
}

function verifyRecords(config: Config, call: Call, options: VerifyOptions): Promise<Report[]> {
  return withRecords(config, 'audit verify', call, async records => {
    const specific = options.key !== undefined || options.published !== undefined
    if (specific && records.length > 1) throw new OperatorError(call.t('audit.verify.which-tenant'))
    const reports: Report[] = []
    for (const record of records) reports.push(await verifyDatabase(record, config.dataDir, options))
    return reports
  })
}
