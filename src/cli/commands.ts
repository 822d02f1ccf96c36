import type { TextKey } from '../platform/i18n/text-key.ts'
import type { Command } from './command.ts'

/** A command as help lists it; its file is loaded when it is called. */
export type Entry = {
  readonly name: string
  readonly summary: TextKey
  load(): Promise<{ readonly command: Command }>
}

/** Every command, in the order of help. */
export const commands: readonly Entry[] = [
  { name: 'serve', summary: 'cli.serve.summary', load: () => import('./serve.ts') },
  { name: 'migrate', summary: 'cli.migrate.summary', load: () => import('./migrate.ts') },
  { name: 'demo', summary: 'cli.demo.summary', load: () => import('./demo.ts') },
  { name: 'user add', summary: 'cli.user-add.summary', load: () => import('./user-add.ts') },
  { name: 'token add', summary: 'cli.token-add.summary', load: () => import('./token-add.ts') },
  { name: 'token list', summary: 'cli.token-list.summary', load: () => import('./token-list.ts') },
  { name: 'token revoke', summary: 'cli.token-revoke.summary', load: () => import('./token-revoke.ts') },
  { name: 'webhook add', summary: 'cli.webhook-add.summary', load: () => import('./webhook-add.ts') },
  { name: 'webhook list', summary: 'cli.webhook-list.summary', load: () => import('./webhook-list.ts') },
  {
    name: 'webhook remove',
    summary: 'cli.webhook-remove.summary',
    load: () => import('./webhook-remove.ts'),
  },
  {
    name: 'webhook replay',
    summary: 'cli.webhook-replay.summary',
    load: () => import('./webhook-replay.ts'),
  },
  {
    name: 'connector add',
    summary: 'cli.connector-add.summary',
    load: () => import('./connector-add.ts'),
  },
  {
    name: 'connector list',
    summary: 'cli.connector-list.summary',
    load: () => import('./connector-list.ts'),
  },
  {
    name: 'connector run',
    summary: 'cli.connector-run.summary',
    load: () => import('./connector-run.ts'),
  },
  {
    name: 'connector pause',
    summary: 'cli.connector-pause.summary',
    load: () => import('./connector-pause.ts'),
  },
  {
    name: 'connector resume',
    summary: 'cli.connector-resume.summary',
    load: () => import('./connector-resume.ts'),
  },
  {
    name: 'connector remove',
    summary: 'cli.connector-remove.summary',
    load: () => import('./connector-remove.ts'),
  },
  { name: 'import', summary: 'cli.import.summary', load: () => import('./import.ts') },
  { name: 'export', summary: 'cli.export.summary', load: () => import('./export.ts') },
  { name: 'audit verify', summary: 'cli.audit-verify.summary', load: () => import('./audit-verify.ts') },
  { name: 'audit export', summary: 'cli.audit-export.summary', load: () => import('./audit-export.ts') },
  {
    name: 'audit renew-key',
    summary: 'cli.audit-renew-key.summary',
    load: () => import('./audit-renew-key.ts'),
  },
  { name: 'rebuild', summary: 'cli.rebuild.summary', load: () => import('./rebuild.ts') },
]

/** The command that a line of arguments begins with, and the arguments after its name. */
export function findCommand(line: readonly string[]): { entry: Entry; rest: readonly string[] } | undefined {
  for (const entry of commands) {
    const words = entry.name.split(' ')
    if (words.every((word, index) => line[index] === word)) return { entry, rest: line.slice(words.length) }
  }
  return undefined
}
