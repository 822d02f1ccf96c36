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
