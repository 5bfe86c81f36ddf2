import { createHash } from 'node:crypto';
import type { HubModel } from './hub-routes.ts';

export const weights = createHash('shake256', { outputLength: 3_000_000 }).update('weights').digest();

/** Tiny-LLM as the hub has it, only smaller: files in a folder and in large file storage are among it. */
export const tinyLlm: HubModel = {
  id: 'arnir0/Tiny-LLM',
  files: {
    '.gitattributes': '*.safetensors filter=lfs\n',
    'README.md': '# Tiny-LLM\n',
    'config.json': '{"model_type": "llama"}\n',
    'onnx/decoder #1.json': '{}\n',
    'model.safetensors': weights,
  },
  large: ['model.safetensors'],
};

/** A model as most are: a card, a configuration, and weights that nobody should ask for. */
export function makeHubModel(id: string, more: Partial<HubModel> = {}): HubModel {
  return {
    id,
    files: {
      'README.md': `# ${id}\n`,
      'config.json': `{"model_type": "llama", "name": "${id}"}\n`,
      'tokenizer_config.json': '{"model_max_length": 2048}\n',
      'empty.txt': '',
      'pytorch_model.bin': 'weights',
    },
    large: ['pytorch_model.bin'],
    ...more,
  };
}
