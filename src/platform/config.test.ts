import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, describeFaults, readConfig } from './config.ts'
import { translator } from './i18n/translator.ts'

test('every setting has a default', () => {
  expect(readConfig({})).toEqual({
    host: 'localhost',
    port: 8080,
    baseUrl: undefined,
    dataDir: resolve('data'),
    databaseUrl: undefined,
    rootKeyFile: resolve('data/root.key'),
    smtpUrl: undefined,
    logLevel: 'info',
    trustProxy: [],
    webhookAllowPrivate: [],
  })
})

test('settings are taken as given, without stray spaces and slashes', () => {
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: ' 0 ',
    BASE_URL: 'https://answers.example.org/',
    DATA_DIR: '/srv/answerable',
    DATABASE_URL: 'postgres://town:secret@db:5432/town',
    SMTP_URL: 'smtps://user:secret@mail.example.org:465',
    LOG_LEVEL: 'WARN',
    TRUST_PROXY: '10.0.0.5, 10.0.1.0/24, fd00::/8',
    WEBHOOK_ALLOW_PRIVATE: '10.1.0.0/16',
    PATH: '/bin',
  })
  expect(config).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    baseUrl: 'https://answers.example.org',
    dataDir: '/srv/answerable',
    databaseUrl: 'postgres://town:secret@db:5432/town',
    rootKeyFile: '/srv/answerable/root.key',
    smtpUrl: 'smtps://user:secret@mail.example.org:465',
    logLevel: 'warn',
    trustProxy: ['10.0.0.5', '10.0.1.0/24', 'fd00::/8'],
    webhookAllowPrivate: ['10.1.0.0/16'],
  })
})

test('a setting that is empty counts as unset', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ', BASE_URL: '' })).toEqual(readConfig({}))
})

test('PostgreSQL may be reached over a socket', () => {
  const url = 'postgres:///town?host=/run/postgresql'
  expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
})

const bad = {
  HOST: 'two words',
  PORT: '70000',
  BASE_URL: 'answers.example.org',
  DATA_DIR: 'package.json',
  DATABASE_URL: 'mysql://root:hunter2@db/town',
  ROOT_KEY_FILE: '/no/such/folder/root.key',
  SMTP_URL: 'mail.example.org',
  LOG_LEVEL: 'loud',
  TRUST_PROXY: '10.0.0.0/33',
  WEBHOOK_ALLOW_PRIVATE: 'yes',
}

test('every setting that cannot be used is listed at once, with what is wrong and one that would do', () => {
  const faults = faultsOf(bad)
  expect(faults.map(fault => fault.name).sort()).toEqual(Object.keys(bad).sort())
  for (const lang of ['en', 'zh-CN'] as const) {
    const lines = describeFaults(faults, translator(lang)).split('\n')
    expect(lines).toHaveLength(1 + Object.keys(bad).length)
    for (const { name, example } of faults) {
      expect(lines.filter(line => line.includes(name) && line.endsWith(`${name}=${example}`))).toHaveLength(1)
      expect(readConfig({ [name]: name === 'ROOT_KEY_FILE' ? 'root.key' : example })).toBeDefined()
    }
  }
})

test('a message about an address does not repeat the password in it', () => {
  expect(describeFaults(faultsOf(bad), translator('en'))).not.toContain('hunter2')
})

test.each([
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['PORT', 'http'],
  ['BASE_URL', 'https://example.org/answers'],
  ['BASE_URL', 'https://user:secret@example.org'],
  ['BASE_URL', 'ftp://example.org'],
  ['DATABASE_URL', 'postgres://'],
  ['ROOT_KEY_FILE', 'src'],
  ['SMTP_URL', 'https://mail.example.org'],
])('%s=%s is refused', (name, value) => {
  expect(faultsOf({ [name]: value }).map(fault => fault.name)).toEqual([name])
})

function faultsOf(env: Record<string, string>) {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}
