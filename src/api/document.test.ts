import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { drivenBy } from '../../test/support/driven.ts'
import { testOffice } from '../../test/support/office.ts'
import { translator } from '../platform/i18n/translator.ts'
import { openApiDocument } from './open-api.ts'
import { operations } from './operations.ts'
import { problems } from './problem.ts'
import { tags } from './tags.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

describe.each(['en', 'zh-CN'])('the document in %s', language => {
  let document: Record<string, unknown>
  beforeAll(async () => {
    const answer = await app.inject({
      url: '/api/v1/openapi.json',
      headers: { 'accept-language': language },
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-language']).toBe(language)
    document = answer.json()
  })

  test('is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
    expect(validator.version).toBe('3.1')
    const text = JSON.stringify(document)
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect((document.components as { schemas: object }).schemas).toHaveProperty(name ?? '')
    expect(text).not.toContain('#/$defs/')
    expect(text).not.toContain('"api.')
  })

  test('has every operation that is served, each with a text of its own', () => {
    const paths = document.paths as Record<string, Record<string, { operationId: string; summary: string }>>
    const known = Object.values(paths).flatMap(Object.values)
    expect(known.map(one => one.operationId).toSorted()).toEqual(operations.map(one => one.id).toSorted())
    expect(new Set(known.map(one => one.summary)).size).toBe(known.length)
  })

  test('has a page for people, with every operation and every problem', async () => {
    const page = await app.inject({ url: '/api/v1/', headers: { 'accept-language': language } })
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
    for (const { id, path } of operations) {
      expect(page.body).toContain(`id="${id}"`)
      expect(page.body).toContain(`/api/v1${path}`)
    }
    for (const code of Object.keys(problems)) expect(page.body).toContain(`id="problem-${code}"`)
  })
})

test('no two operations share an id or an address, and each says who may call it', () => {
  expect(new Set(operations.map(one => one.id)).size).toBe(operations.length)
  expect(new Set(operations.map(one => `${one.method} ${one.path}`)).size).toBe(operations.length)
  for (const one of operations) {
    if (one.who !== 'program') expect(one.scope, one.id).toBeDefined()
    if (one.method === 'post') expect(one.repeat, one.id).toBeDefined()
  }
})

test('every part of the interface has a test that calls each of its operations', () => {
  expect(Object.keys(drivenBy).toSorted()).toEqual([...tags].toSorted())
  for (const file of new Set(Object.values(drivenBy)))
    expect(readFileSync(`src/api/${file}`, 'utf8')).toContain('drivesAll(import.meta.filename')
})

test('the document is made once for each language', () => {
  expect(openApiDocument(translator('en'))).toBe(openApiDocument(translator('en')))
})
