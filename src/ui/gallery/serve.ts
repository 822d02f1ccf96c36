import Fastify, { type FastifyInstance } from 'fastify'
import { serveAssets } from '../../platform/http/static.ts'
import { isLang } from '../../platform/i18n/languages.ts'
import { galleryPages } from './pages.ts'

/** Serves the gallery on a free port, for tests in a browser; gives the server and its address. */
export async function serveGallery(): Promise<{ app: FastifyInstance; address: string }> {
  const app = Fastify()
  await serveAssets(app)
  app.get<{ Params: { name: string; lang: string } }>('/gallery/:name/:lang', (request, reply) => {
    const { name, lang } = request.params
    const render = galleryPages[name]
    if (!render || !isLang(lang)) return reply.code(404).send()
    // The strictest policy that pages may have to live with: nothing inline, nothing from elsewhere.
    return reply
      .header(
        'content-security-policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'",
      )
      .type('text/html; charset=utf-8')
      .send(String(render(lang)))
  })
  return { app, address: await app.listen({ port: 0, host: '127.0.0.1' }) }
}
