import { defaultWorkload } from '../../contract/workload.ts';
import type { ModelSource, SourceModel } from './model-source.ts';
import { makeModelFiles } from './synthetic/model-files.ts';
import { nameableModels, nameModel } from './synthetic/model-names.ts';
import { makeTinyLlmFiles, tinyLlmSizeBytes } from './synthetic/tiny-llm.ts';
import { measureZip, zipFiles } from './zip-files.ts';

export const defaultSeed = 'modelrig';

/**
 * Models that nobody trained: Tiny-LLM with weights that do not compress and its exact size, and others of whom
 * there are only the essential files. All bytes follow from the seed, all names from their number.
 */
export function createSyntheticSource(seed: string = defaultSeed): ModelSource {
  return {
    name: 'synthetic',
    async *list() {
      yield describeTinyLlm(seed);
      for (let index = 0; index < nameableModels; index += 1) yield describeModel(seed, index);
    },
  };
}

function describeTinyLlm(seed: string): SourceModel {
  return {
    modelId: defaultWorkload.model_id,
    version: defaultWorkload.version,
    isRequired: true,
    knownBy: 'size',
    prepare: async () => ({
      sizeBytes: tinyLlmSizeBytes,
      open: () => zipFiles(makeTinyLlmFiles(seed)),
    }),
  };
}

function describeModel(seed: string, index: number): SourceModel {
  const name = nameModel(index);
  return {
    modelId: name.modelId,
    version: defaultWorkload.version,
    isRequired: false,
    knownBy: 'size',
    prepare: async () => {
      const files = makeModelFiles(seed, name);
      return { sizeBytes: measureZip(files), open: () => zipFiles(files) };
    },
  };
}
