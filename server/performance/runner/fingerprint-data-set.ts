import { createHash } from 'node:crypto';
import type { ModelRecord } from '../../registry/model-record.ts';
import type { ModelStore } from '../../registry/stores.ts';

const pageSize = 500;

/** How many versions the registry holds, and a hash over id, version and digest of each, whatever their order. */
export async function fingerprintDataSet(
  store: Pick<ModelStore, 'listModels'>,
): Promise<{ models: number; sha256: string }> {
  const lines: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { records: readonly ModelRecord[]; nextCursor: string | null } = await store.listModels({
      limit: pageSize,
      cursor,
    });
    lines.push(...page.records.map(({ id, version, digest }) => `${id} ${version} ${digest}\n`));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { models: lines.length, sha256: createHash('sha256').update(lines.sort().join('')).digest('hex') };
}
