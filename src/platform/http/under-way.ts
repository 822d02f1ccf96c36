import type { Server } from 'node:http'

/** Counts the requests that somebody is waiting for; call it for how many there are now. */
export function countUnderWay(server: Server): () => number {
  let underWay = 0
  server.on('request', (_request, response) => {
    underWay++
    // Comes once for each, also where the browser went away.
    response.once('close', () => underWay--)
  })
  return () => underWay
}
