import { createHash } from 'node:crypto';
import type { ArchiveFile } from '../zip-files.ts';
import { type LlamaShape, makeLlamaConfig } from './llama-config.ts';
import type { ModelName } from './model-names.ts';

/** The essential files of a model, without weights: its configuration and its card. */
export function makeModelFiles(seed: string, name: ModelName): readonly ArchiveFile[] {
  const digits = createHash('sha256').update(`${seed}/${name.modelId}`).digest();
  return [
    { name: 'config.json', content: makeLlamaConfig(shapeModel(name)) },
    { name: 'README.md', content: Buffer.from(writeCard(name, digits)) },
  ];
}

function shapeModel({ size }: ModelName): LlamaShape {
  return {
    vocabSize: 32_000,
    hiddenSize: size.hiddenSize,
    intermediateSize: size.hiddenSize * 4,
    layers: size.layers,
    heads: size.heads,
    contextLength: 2048,
  };
}

const tasks = ['summarisation', 'question answering', 'classification', 'translation', 'code completion'];

function writeCard({ modelId, family, size, variant }: ModelName, digits: Buffer): string {
  const scores = tasks.map((task, index) => {
    const score = 30 + digits.readUInt16LE(2 * index) / 1024;
    return `| ${task} | ${score.toFixed(2)} |`;
  });
  return `---
license: apache-2.0
pipeline_tag: text-generation
library_name: transformers
---

# ${family} ${size.label} ${variant}

${family} ${size.label} is a decoder-only language model with ${size.layers} layers and a hidden size of
${size.hiddenSize}. This card belongs to a synthetic model: it has no weights, and nobody measured these scores.

| task | score |
|---|---|
${scores.join('\n')}

## Use

\`\`\`python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("${modelId}")
model = AutoModelForCausalLM.from_pretrained("${modelId}")
\`\`\`

Training run ${digits.toString('hex')}
`;
}
