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

/** Where each asset is built from; the build names its result after the content. */
const sources = {
  'icon.svg': 'src/ui/assets/icon.svg',
  'main.css': 'src/ui/assets/main.scss',
  'main.js': 'src/ui/assets/islands/main.ts',
} as const

/** A built asset. */
export type Asset = keyof typeof sources

/**
 * The address of a built asset.
 * @throws if the assets were never built, saying how to build them.
 */
export function assetUrl(name: Asset): string {
  manifest ??= readManifest()
  const file = manifest[sources[name]]?.file
  if (!file) throw new Error(unbuilt)
  return `/assets/${file}`
}

type Manifest = Readonly<Record<string, { file: string } | undefined>>
let manifest: Manifest | undefined

function readManifest(): Manifest {
  try {
    return JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'))
  } catch (cause) {
    throw new Error(unbuilt, { cause })
  }
}

const unbuilt = 'The style sheet and scripts are not built (dist/assets is missing): run "npm run prepare"'
