import { spawnSync } from 'node:child_process'

/** Writes the types of a database's tables with kysely-codegen, or says whether those that are committed are current. */
export function databaseTypes(url: string, ...options: '--verify'[]): { current: boolean; output: string } {
  const args = [
    'kysely-codegen',
    '--config-file',
    '.kysely-codegenrc.json',
    '--default-schema',
    'public',
    ...options,
  ]
  const { status, stdout, stderr } = spawnSync('npx', args, {
    env: { ...process.env, DATABASE_URL: url },
    encoding: 'utf8',
  })
  return { current: status === 0, output: `${stdout}${stderr}` }
}
