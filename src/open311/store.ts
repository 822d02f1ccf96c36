import { type Query, q } from '../platform/database/query.ts'

/** Notes which key a case was filed with. */
export function insertRequest(
  tenant: number,
  request: { caseId: string; tokenId: string; reference: Buffer | null },
): Query {
  const { caseId, tokenId, reference } = request
  return q
    .insertInto('open311_requests')
    .values({ tenant_id: tenant, case_id: caseId, token_id: tokenId, reference })
}

/** Notes which request at another server a case is a copy of; there is one case for each. */
export function insertOrigin(tenant: number, caseId: string, url: string): Query {
  return q.insertInto('open311_origins').values({ tenant_id: tenant, case_id: caseId, url })
}
