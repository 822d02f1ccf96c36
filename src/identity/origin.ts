import type { FastifyRequest } from 'fastify'
import type { Parts } from '../platform/http/parts.ts'
import { listTenants } from '../platform/tenants.ts'

/**
 * Where a link in an e-mail leads, such as `https://answers.example.org`. Never to the host that a request named:
 * whoever asks for another's link could then have it lead to their own server.
 */
export async function originForMail(parts: Parts, tenantId: number): Promise<string> {
  const base = new URL(parts.baseUrl())
  const host = (await listTenants(parts.pool)).find(tenant => tenant.tenantId === tenantId)?.host
  return host ? `${base.protocol}//${host}${base.port && `:${base.port}`}` : base.origin
}

/** Where a link shown to who is signed in leads: the host they are at themselves. */
export function originShown(parts: Parts, request: FastifyRequest): string {
  return `${new URL(parts.baseUrl()).protocol}//${request.host}`
}
