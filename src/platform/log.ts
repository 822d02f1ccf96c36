import pino from 'pino'

/** The program's log: one JSON object a line, on standard error. */
export type Log = pino.Logger

/** How much is logged, from everything to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * The log. Bodies are never given to it; what still reaches it is cut down in two steps: a request is logged without
 * its query string and headers and a database error without the values it quotes, and from each finished line
 * anything shaped like a receipt code or a password in an address is struck out.
 */
export function createLog(level: LogLevel = 'info', destination: pino.DestinationStream = stderr()): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[secret]' },
      serializers: { req: describeRequest, res: describeReply, err: describeError },
      hooks: { streamWrite: strikeOut },
    },
    destination,
  )
}

// Synchronous: what was logged before a crash is on the terminal.
const stderr = () => pino.destination({ dest: 2, sync: true })

const secretNames = [
  'password',
  'secret',
  'token',
  'receiptCode',
  'cookie',
  'authorization',
  'rootKey',
  'privateKey',
  'body',
  'sealed',
]
const secretPaths = secretNames.flatMap(name => [name, `*.${name}`, `*.*.${name}`])

type RequestLike = { id?: unknown; method?: string; url?: string; ip?: string }

function describeRequest(request: RequestLike) {
  return { id: request.id, method: request.method, path: request.url?.split('?', 1)[0] }
}

function describeReply(reply: { statusCode?: number }) {
  return { status: reply.statusCode }
}

// PostgreSQL puts the values of the row into `detail`, `where` and `hint`; the names of things are enough to find a bug.
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const described: Record<string, unknown> = {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
  }
  for (const name of ['code', 'constraint', 'table', 'column', 'syscall', 'path']) {
    if (name in error) described[name] = (error as unknown as Record<string, unknown>)[name]
  }
  if (error.cause !== undefined) described.cause = describeError(error.cause)
  return described
}

// Sixteen digits in four groups, on their own: not part of a word, a UUID or a fraction; `\n` before them is no word.
const receiptCode = /(?:(?<![\w.-])|(?<=\\[nrt]))\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?![\w-])/g
const addressPassword = /(\w:\/\/[^\s/:@"]*:)[^\s/@"]+@/g

/** Strikes receipt codes and passwords in addresses out of a finished line, which stays valid JSON. */
function strikeOut(line: string): string {
  return line
    .replace(receiptCode, (_found, at: number) =>
      /[:,[]/.test(line.charAt(at - 1)) ? '0' : '[receipt code]',
    )
    .replace(addressPassword, '$1[secret]@')
}
