import type { DataDirectoryHeld } from '../platform/data-directory.ts'
import type { T } from '../platform/i18n/translator.ts'

/** Who has the data directory and what to do about it. */
export function describeHeld({ directory, holder }: DataDirectoryHeld, t: T): string {
  if (!holder) return t('cli.serve.held-unknown', { directory })
  const { command, pid, machine, since, address } = holder
  const who = { directory, command, pid, machine, since }
  return address ? t('cli.serve.held-at', { ...who, address }) : t('cli.serve.held', who)
}
