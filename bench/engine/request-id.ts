import { randomBytes } from 'node:crypto';
import { headers } from '../../contract/headers.ts';
import { listHeader } from './find-header.ts';

/** Names the requests of one load, `<name of the load>.<number in its plan>`, so that no other load's id is taken for one. */
export function createRequestIds(): (requestNumber: number) => string {
  const load = randomBytes(4).toString('hex');
  return (requestNumber) => `${load}.${requestNumber}`;
}

/** The number of another request of the same load that an answer names; null for any other answer. */
export function findOtherRequest(flatHeaders: readonly string[], ownId: string): string | null {
  const ids = listHeader(flatHeaders, headers.requestId);
  if (ids.includes(ownId)) return null;
  const load = ownId.slice(0, ownId.indexOf('.') + 1);
  return ids.find((id) => id.startsWith(load))?.slice(load.length) ?? null;
}
