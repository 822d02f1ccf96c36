import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import underPressure from '@fastify/under-pressure'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { NotAllowed } from '../errors.ts'
import { chooseLanguage, isLang, type Lang, languageCookie } from '../i18n/languages.ts'
import type { Office } from '../office.ts'
import type { Parts } from './parts.ts'
import { serveAssets } from './static.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant the request is for; undefined only while set-up is awaited. */
    office: Office | undefined
    lang: Lang
  }
  interface FastifyContextConfig {
    /** Set for what other sites' scripts may send: it is let in by a key in the request, never by a cookie. */
    crossSite?: boolean
  }
}

/** Shows an error to whoever asked, as a page or as JSON. Written by the application, which knows its pages. */
export type ShowError = (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>

/** The HTTP server with everything that is the same for each request; features add their routes. */
export async function createServer(parts: Parts, showError: ShowError): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.log as FastifyBaseLogger,
    // A line a request would cost more than many requests do; what fails is logged with its request id.
    logController: new LogController({ disableRequestLogging: true }),
    // A slow phone needs more than Node's five minutes for ten photos; a connection that stands still is cut sooner.
    requestTimeout: 30 * 60_000,
    connectionTimeout: 60_000,
    trustProxy: ['loopback', ...parts.config.trustProxy],
    bodyLimit: 1_000_000,
    // An address that says nothing, or too much, is one that is not there, and is told so as any other is.
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : url.replaceAll('%', '%25')),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    genReqId: () => crypto.randomUUID(),
  })
  app.decorateRequest('office', undefined)
  app.decorateRequest('lang', 'en')
  app.decorateRequest('signedIn', undefined)
  await app.register(compress, compression)
  await app.register(cookie)
  await app.register(formbody)
  await app.register(multipart)
  await app.register(underPressure, { maxEventLoopDelay: 2_000, retryAfter: 5 })
  await serveAssets(app)
  const baseHost = parts.config.baseUrl ? new URL(parts.config.baseUrl).host : undefined
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders)
    if (!request.routeOptions.config.crossSite) refuseCrossSite(request, baseHost)
    request.office = await parts.offices.forHost(request.hostname)
    request.lang = languageOf(request, reply)
  })
  app.setErrorHandler(showError)
  app.setNotFoundHandler((request, reply) => showError({ statusCode: 404 }, request, reply))
  return app
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURI(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

// A page of 17 KB goes out at a quarter of its size. Brotli 1 takes a tenth of the server's time on case pages,
// brotli 3 an eighth and gzip 3 a sixth, for a tenth less to send. Pages are compressed in one call: a stream for each
// costs more than that. What is sent to us is never unpacked, so that a small request cannot become a
// large one.
const compression = {
  encodings: ['br' as const, 'gzip' as const],
  threshold: 1024,
  syncThreshold: 65_536,
  globalDecompression: false,
  brotliOptions: {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  },
  zlibOptions: { level: 3 },
}

const securityHeaders = {
  // No inline script or style anywhere; pictures from here, QR codes and map tiles are data or same origin.
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(self)',
  'cache-control': 'no-store',
}

// Forms are same-origin only. Browsers too old for Sec-Fetch-Site send Origin; the cookies are SameSite=Lax besides.
function refuseCrossSite(request: FastifyRequest, baseHost: string | undefined): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  const { origin } = request.headers
  const host = origin === undefined ? undefined : URL.parse(origin)?.host
  if (site === undefined && origin === undefined) return
  if (host !== undefined && (host === request.headers.host || host === baseHost)) return
  throw new NotAllowed('errors.cross-site')
}

function languageOf(request: FastifyRequest, reply: FastifyReply): Lang {
  const { lang } = request.query as { lang?: unknown }
  if (typeof lang === 'string' && isLang(lang)) {
    reply.setCookie(languageCookie, lang, { path: '/', maxAge: 31_536_000, sameSite: 'lax', httpOnly: true })
    return lang
  }
  return chooseLanguage({
    cookie: request.cookies[languageCookie],
    acceptLanguage: request.headers['accept-language'],
    tenantDefault: request.office?.tenant.language ?? 'en',
  })
}
