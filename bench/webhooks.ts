import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { relay } from '../src/app.ts'
import { fileCase } from '../src/cases/actions/file-case.ts'
import { allowedNetworks } from '../src/platform/http-client/address.ts'
import { v7 } from '../src/platform/uuid.ts'
import { addEndpoint } from '../src/webhooks/actions/endpoints.ts'
import type { Figure } from './support/figure.ts'
import { perSecond } from './support/numbers.ts'
import { startServerProcess } from './support/server.ts'

const networks = '127.0.0.0/8'

/** From events that wait to be told to a receiver that has them all: made into messages, signed, sent, noted. */
export const webhooks: Figure = async bench => {
  const town = await bench.town('webhooks')
  const office = { ...town.office, relay }
  const count = bench.quick ? 300 : 3_000
  let got = 0
  const receiver = createServer((request, reply) => {
    request.resume().on('end', () => {
      got++
      reply.writeHead(204).end()
    })
  })
  await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
  try {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    await addEndpoint(office, 'set-up', { url, types: ['case.filed'] }, allowedNetworks([networks]))
    for (let filed = 0; filed < count; filed += 20)
      await Promise.all(
        Array.from({ length: 20 }, () =>
          fileCase(office, { kind: 'resident' }, filing(), { receiptSecret: v7() }),
        ),
      )
    const server = await startServerProcess({ ...town.env, WEBHOOK_ALLOW_PRIVATE: networks })
    try {
      while (got === 0) await sleep(5)
      const before = got
      const begun = performance.now()
      while (got < count) await sleep(5)
      const rate = ((count - before) / (performance.now() - begun)) * 1000
      return [{ figure: 'webhooks, from event to receiver, one receiver', measured: perSecond(rate) }]
    } finally {
      await server.stop()
    }
  } finally {
    receiver.closeAllConnections()
    receiver.close()
  }
}

function filing() {
  return {
    id: v7(),
    kind: 'hazard' as const,
    category: 'road-damage',
    channel: 'web' as const,
    language: 'en' as const,
    what: 'There is a deep hole in the road.',
    wanted: 'Fill it.',
    place: { address: '12 Willow Street' },
    protection: 'named' as const,
    party: { name: 'Robin Example' },
    about: { units: [], staff: [], named: '', retaliation: false },
    files: [],
  }
}
