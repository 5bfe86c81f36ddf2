import { DomainError } from '../domain-error.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ModelStore } from '../registry/stores.ts';

/** @throws {DomainError} `model_not_found`. */
export async function findModel(find: ModelStore['find'], id: string, version: string): Promise<ModelRecord> {
  const record = await find(id, version);
  if (record) return record;
  throw new DomainError('model_not_found', `The registry has no version ${version} of a model ${id}.`);
}
