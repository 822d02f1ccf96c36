import type { FastifyInstance } from 'fastify'

/** A route of the application: its methods and its path with `:names`. */
export type Route = { methods: string[]; path: string }

/** Every route that is registered, read from Fastify's own tree; assets and what Fastify adds itself are left out. */
export async function listRoutes(app: FastifyInstance): Promise<Route[]> {
  await app.ready()
  const routes: Route[] = []
  const above: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', name = '', methods] = /^(.*?)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? []
    if (name === '') continue
    const depth = indent.length / 4
    const path = (above[depth - 1] ?? '') + name
    above.length = depth
    above.push(path)
    const known = methods?.split(', ').filter(method => method !== 'HEAD' && method !== 'OPTIONS') ?? []
    if (known.length > 0 && !path.includes('*')) routes.push({ methods: known, path })
  }
  return routes
}

/** A route's path with values in the place of its names. */
export function pathWith({ path }: Route, values: (name: string) => string): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => values(name))
}
