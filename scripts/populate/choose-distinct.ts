import { isModelId, modelIdRule, sanitizeModelId } from '../../contract/model-id.ts';
import type { SourceModel } from '../model-sources/model-source.ts';

/**
 * The models that can stand in one registry, in their order: two ids that sanitize alike cannot, and the first one
 * has it. A listing that moves between its pages may name a model twice; that is no news.
 */
export async function* chooseDistinct(
  models: AsyncIterable<SourceModel>,
  passOver: (model: { modelId: string; reason: string }) => void,
): AsyncGenerator<SourceModel, undefined> {
  const holders = new Map<string, string>();
  for await (const model of models) {
    const { modelId } = model;
    const id = sanitizeModelId(modelId);
    const holder = holders.get(id);
    if (!isModelId(modelId)) {
      passOver({ modelId, reason: `its id is not allowed here: ${modelIdRule}` });
    } else if (holder === undefined) {
      holders.set(id, modelId);
      yield model;
    } else if (holder !== modelId) {
      passOver({ modelId, reason: `would be ${id} in paths, as ${holder} is` });
    }
  }
}
