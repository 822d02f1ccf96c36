import type { FastifyInstance } from 'fastify'
import type { Parts } from '../platform/http/parts.ts'
import { addActor, type Navigation } from './actor.ts'
import { accountRoutes } from './routes/account.ts'
import { linkRoutes } from './routes/links.ts'
import { signInRoutes } from './routes/sign-in.ts'

/** What sign-in is told by the application. */
export type IdentityOptions = {
  navigation: Navigation
  /** Where staff begin after signing in, such as `/queue`. */
  home: string
}

/** Who is signed in, for every route of the application, and the pages of signing in. Registered before the others. */
export function identityRoutes(app: FastifyInstance, parts: Parts, options: IdentityOptions): void {
  addActor(app, parts, options.navigation)
  signInRoutes(app, parts, options.home)
  linkRoutes(app, parts)
  accountRoutes(app, parts)
}
