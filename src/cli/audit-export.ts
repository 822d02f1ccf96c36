import { exportBundle } from '../audit/bundle.ts'
import { readConfig } from '../platform/config.ts'
import { OperatorError } from '../platform/operator-error.ts'
import type { Command } from './command.ts'
import { withRecords } from './records.ts'

/** `answerable audit export` */
export const command: Command = {
  arguments: [{ name: '<file>', text: 'cli.audit-export.file' }],
  options: {
    payloads: { text: 'cli.audit-export.payloads' },
    tenant: { text: 'cli.audit.tenant', example: '1' },
  },
  async run(call) {
    const { options, t, say } = call
    const [path = ''] = call.arguments
    await withRecords(readConfig(call.env), 'audit export', call, async records => {
      const [record, another] = records
      if (!record || another) throw new OperatorError(t('audit.verify.which-tenant'))
      await exportBundle(record, path, { payloads: options.payloads === true })
      say(t('audit.export.done', { tenant: record.tenant, path }))
    })
    return 0
  },
}
