import { createHash } from 'node:crypto';
import { listAllModels } from '../../registry/list-all-models.ts';
import type { ModelStore } from '../../registry/stores.ts';

/** How many versions the registry holds, and a hash over id, version and digest of each, whatever their order. */
export async function fingerprintDataSet(
  store: Pick<ModelStore, 'listModels'>,
): Promise<{ models: number; sha256: string }> {
  const lines: string[] = [];
  for await (const { id, version, digest } of listAllModels(store)) lines.push(`${id} ${version} ${digest}\n`);
  return { models: lines.length, sha256: createHash('sha256').update(lines.sort().join('')).digest('hex') };
}
