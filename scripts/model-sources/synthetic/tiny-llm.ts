import { Readable } from 'node:stream';
import { type ArchiveFile, measureZip } from '../zip-files.ts';
import { createKeystream } from './keystream.ts';
import { type LlamaShape, makeJson, makeLlamaConfig } from './llama-config.ts';
import { listLlamaTensors } from './llama-tensors.ts';
import { makeSafetensorsHeader, measureTensors } from './safetensors.ts';
import { gitAttributes, tinyLlmCard } from './tiny-llm-texts.ts';
import { makeSpecialTokensMap, makeTokenizer, makeTokenizerConfig } from './tokenizer.ts';

/** Size of the zip of arnir0/Tiny-LLM, on which measurements are compared. */
export const tinyLlmSizeBytes = 24_834_009;

/** All but `intermediateSize`, which is what makes the weights fit. */
const shape = { vocabSize: 32_000, hiddenSize: 176, layers: 1, heads: 2, contextLength: 1024 } as const;

/**
 * The files of arnir0/Tiny-LLM by name and kind: a Llama of one layer. Its weights are as large as the zip's exact
 * size allows, and the padding that a safetensors header may have makes up for the rest.
 */
export function makeTinyLlmFiles(seed: string): readonly ArchiveFile[] {
  const texts = makeTexts();
  let intermediateSize = 1200;
  while (measureZip(addWeights(seed, texts, intermediateSize, 0)) > tinyLlmSizeBytes) intermediateSize -= 1;
  const paddingBytes = tinyLlmSizeBytes - measureZip(addWeights(seed, texts, intermediateSize, 0));
  return addWeights(seed, texts, intermediateSize, paddingBytes);
}

function makeTexts(): readonly ArchiveFile[] {
  return [
    { name: '.gitattributes', content: gitAttributes },
    { name: 'README.md', content: tinyLlmCard },
    { name: 'generation_config.json', content: makeJson({ bos_token_id: 1, eos_token_id: 2 }) },
    { name: 'special_tokens_map.json', content: makeSpecialTokensMap() },
    { name: 'tokenizer.json', content: makeTokenizer(shape.vocabSize) },
    { name: 'tokenizer_config.json', content: makeTokenizerConfig(shape.contextLength) },
  ];
}

function addWeights(
  seed: string,
  texts: readonly ArchiveFile[],
  intermediateSize: number,
  paddingBytes: number,
): readonly ArchiveFile[] {
  const fitted: LlamaShape = { ...shape, intermediateSize };
  const tensors = listLlamaTensors(fitted);
  const header = makeSafetensorsHeader(tensors, paddingBytes);
  const dataBytes = measureTensors(tensors);
  const weights: ArchiveFile = {
    name: 'model.safetensors',
    sizeBytes: header.length + dataBytes,
    open: () => Readable.from(joinWeights(header, createKeystream(seed, dataBytes)), { objectMode: false }),
  };
  return [...texts, { name: 'config.json', content: makeLlamaConfig(fitted) }, weights];
}

async function* joinWeights(header: Buffer, numbers: Readable): AsyncGenerator<Buffer> {
  yield header;
  yield* numbers;
}
