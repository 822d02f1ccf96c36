import { readdirSync, statSync } from 'node:fs'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { assetUrl, serveAssets } from './static.ts'

describe('the built assets', () => {
  it('are served compressed, and kept by browsers for a year because their names change with them', async () => {
    const app = Fastify()
    await serveAssets(app)
    const response = await app.inject({ url: assetUrl('main.css'), headers: { 'accept-encoding': 'br' } })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-encoding']).toBe('br')
    expect(response.headers['content-type']).toContain('text/css')
    expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    await app.close()
  })

  it('are small enough for an old phone on a slow line: 14 KB of style, 8 KB of script', () => {
    const size = (ending: string): number =>
      readdirSync('dist/assets')
        .filter(name => name.endsWith(ending))
        .reduce((sum, name) => sum + statSync(`dist/assets/${name}`).size, 0)
    expect(size('.css.br')).toBeLessThanOrEqual(14 * 1024)
    expect(size('.js.br')).toBeLessThanOrEqual(8 * 1024)
  })
})
