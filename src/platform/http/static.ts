import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const folder = new URL('../../../dist/assets/', import.meta.url)

/** Serves the built style sheet and scripts under `/assets/`; their names hold a hash, so they may be kept for ever. */
export async function serveAssets(app: FastifyInstance): Promise<void> {
  assetUrl('main.css')
  await app.register(fastifyStatic, {
    root: fileURLToPath(folder),
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
  })
}

/**
 * The address of a built asset.
 * @throws if the assets were never built, saying how to build them.
 */
export function assetUrl(name: 'main.css' | 'main.js'): string {
  names ??= readManifest()
  return `/assets/${names[name]}`
}

let names: Record<'main.css' | 'main.js', string> | undefined

function readManifest(): Record<'main.css' | 'main.js', string> {
  const entries = parse()
  const css = entries['src/ui/assets/main.scss']?.file
  const js = entries['src/ui/assets/islands/main.ts']?.file
  if (!css || !js) throw new Error(unbuilt)
  return { 'main.css': css, 'main.js': js }
}

function parse(): Record<string, { file: string } | undefined> {
  try {
    return JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'))
  } catch (cause) {
    throw new Error(unbuilt, { cause })
  }
}

const unbuilt = 'The style sheet and scripts are not built (dist/assets is missing): run "npm run prepare"'
