import { basename } from 'node:path'
import { afterAll, expect } from 'vitest'
import { operations } from '../../src/api/operations.ts'
import type { Tag } from '../../src/api/tags.ts'
import type { ApiClient } from './api-client.ts'

/** The test in `src/api` that calls every operation of a part of the interface. */
export const drivenBy: Readonly<Record<Tag, string>> = {
  start: 'operations.test.ts',
  cases: 'operations.test.ts',
  casework: 'operations.test.ts',
  desk: 'operations.test.ts',
  residents: 'operations.test.ts',
  feeds: 'feeds.test.ts',
  organisation: 'operations.test.ts',
  administration: 'operations.test.ts',
  webhooks: 'webhooks.test.ts',
  exchange: 'exchange.test.ts',
}

/** Fails a test file that leaves one of its operations uncalled, or none of whose calls to it succeeds. */
export function drivesAll(file: string, api: () => ApiClient): void {
  afterAll(() => {
    const wanted = operations.filter(one => drivenBy[one.tag] === basename(file)).map(one => one.id)
    expect(wanted.filter(id => !api().done.has(id))).toEqual([])
  })
}
