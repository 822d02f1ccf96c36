import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, test, vi } from 'vitest'
import { commands } from './commands.ts'
import { main, terminalLanguage } from './main.ts'

const program = fileURLToPath(new URL('./answerable.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'answerable-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Answer = { status: number; out: string; err: string }
type Env = Record<string, string>

/** Runs the real program in a process of its own. */
function answerable(line: string, env: Env = {}): Promise<Answer> {
  const options = { env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), ...env } }
  return new Promise(settle => {
    execFile(process.execPath, [program, ...words(line)], options, (error, out, err) => {
      settle({ status: error ? Number(error.code ?? -1) : 0, out, err })
    })
  })
}

/** The same within this process, which is some twenty times as fast. */
async function answer(line: string, env: Env = {}): Promise<Answer> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const status = await main(words(line), env)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

const words = (line: string) => line.split(' ').filter(Boolean)

test('help lists every command with a line on what it does, in both languages', async () => {
  const [en, zh] = await Promise.all([answerable('--help'), answerable('--help', { LANG: 'zh_CN.UTF-8' })])
  for (const { status, out } of [en, zh]) {
    expect(status).toBe(0)
    for (const name of ['serve', 'migrate', 'demo', 'user add', 'import', 'audit verify', 'rebuild']) {
      expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    }
  }
  expect(en.out).toMatch(/run the server/)
  expect(zh.out).toMatch(/运行服务器/)
})

test.each(commands.map(({ name }) => name))('help on "%s" describes it', async name => {
  const { status, out, err } = await answer(`${name} --help`)
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toContain(`answerable ${name}`)
  expect(out).toContain('--help')
})

test('help on commands that share a word lists those', async () => {
  const { status, out } = await answer('token --help')
  expect(status).toBe(0)
  expect(out).toMatch(/^ {2}token add +\S/m)
  expect(out).not.toContain('webhook')
})

describe('a line that cannot be understood is answered with what is wrong, and status 2', () => {
  test.each([
    ['', 'Which command?'],
    ['dance', 'There is no command "dance"'],
    ['user', 'There is no command "user"'],
    ['token', 'token revoke  end a token'],
    ['webhook frob', 'webhook replay'],
    ['serve --quick', '"answerable serve" has no option --quick'],
    ['serve --constructor', '"answerable serve" has no option --constructor'],
    ['serve --demo=3', '--demo takes no value'],
    ['user add --name --email=a@example.org', '--name needs a value, as in --name='],
    ['serve now', '"now" is one argument too many: answerable serve'],
    ['import nyc311', '<file> is missing: answerable import <what> <file>'],
  ])('answerable %s', async (line, message) => {
    const { status, out, err } = await answer(line)
    expect(err).toContain(message)
    expect(err).not.toContain('    at ')
    expect({ status, out }).toEqual({ status: 2, out: '' })
  })
})

test('a script can tell a line that was not understood from a command that failed', async () => {
  const [misspelt, failed] = await Promise.all([answerable('dance'), answerable('serve', { PORT: 'http' })])
  expect([misspelt.status, failed.status]).toEqual([2, 1])
})

test('settings that cannot be used are all listed, and nothing is started', async () => {
  const { status, err } = await answer('serve', { PORT: 'http', SMTP_URL: 'mail', LOG_LEVEL: 'loud' })
  expect(status).toBe(1)
  expect(err.trim().split('\n')).toEqual([
    'Answerable cannot start with these settings:',
    expect.stringMatching(/^ {2}PORT .*PORT=8080$/),
    expect.stringMatching(/^ {2}SMTP_URL .*SMTP_URL=smtps:/),
    expect.stringMatching(/^ {2}LOG_LEVEL .*LOG_LEVEL=info$/),
  ])
})

test('a database of the operator that does not let us in is a sentence, not a stack', async () => {
  const url = Object.assign(new URL(inject('postgresUrl')), { password: 'guess', search: '' })
  const { status, err } = await answerable('migrate', { DATABASE_URL: url.href })
  expect({ status, err }).toEqual({
    status: 1,
    err: 'The PostgreSQL of DATABASE_URL cannot be used: password authentication failed for user "answerable"\n',
  })
})

test('without a server, migrate starts the embedded PostgreSQL for itself and stops it again', async () => {
  const env = { LOG_LEVEL: 'warn' }
  const first = await answerable('migrate', env)
  expect(first).toMatchObject({ status: 0, err: '' })
  expect(first.out).toMatch(/migrations? applied: 0001_/)
  const second = await answerable('migrate', env)
  expect(second).toEqual({ status: 0, out: 'The database was up to date.\n', err: '' })
})

test('two commands at once on one data directory share its database', async () => {
  const env = { LOG_LEVEL: 'warn' }
  const both = await Promise.all([answerable('migrate', env), answerable('migrate', env)])
  expect(both.map(({ status }) => status)).toEqual([0, 0])
})

test('the language is that of the terminal', () => {
  expect(terminalLanguage({ LANG: 'zh_CN.UTF-8' })).toBe('zh-CN')
  expect(terminalLanguage({ LANG: 'zh_CN.UTF-8', LC_ALL: 'en_GB.UTF-8' })).toBe('en')
  expect(terminalLanguage({ LC_MESSAGES: 'zh_TW', LANG: 'en_US' })).toBe('zh-CN')
  expect(terminalLanguage({})).toBe('en')
})
