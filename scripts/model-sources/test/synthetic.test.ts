import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isModelId, sanitizeModelId } from '../../../contract/model-id.ts';
import type { SourceModel } from '../model-source.ts';
import { createSyntheticSource } from '../synthetic.ts';

const test = suite('synthetic models');
const never = new AbortController().signal;
const sourceUrl = new URL('../synthetic.ts', import.meta.url).href;

test('Tiny-LLM comes first and its zip has exactly 24,834,009 bytes', async () => {
  const tiny = await take(0);
  assert.is(tiny?.modelId, 'arnir0/Tiny-LLM');
  assert.is(tiny?.version, 'main');
  assert.is((await tiny?.prepare(never))?.sizeBytes, 24_834_009);
  assert.is((await read(tiny)).length, 24_834_009);
});

test('Tiny-LLM has the files of the real one, and its weights cannot be compressed', async () => {
  const files = readZip(await read(await take(0)));
  assert.equal([...files.keys()].sort(), [
    '.gitattributes',
    'README.md',
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'special_tokens_map.json',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const weights = files.get('model.safetensors') ?? Buffer.alloc(0);
  const sample = weights.subarray(10_000_000, 11_000_000);
  assert.ok(deflateSync(sample).length >= sample.length);
});

test('the header of the weights places every tensor, and the last one ends with the file', async () => {
  const files = readZip(await read(await take(0)));
  const weights = files.get('model.safetensors') ?? Buffer.alloc(0);
  const headerBytes = Number(weights.readBigUInt64LE(0));
  const header = JSON.parse(weights.subarray(8, 8 + headerBytes).toString());
  const { __metadata__: _, ...tensors } = header as Record<string, { shape: number[]; data_offsets: number[] }>;
  let end = 0;
  for (const [name, { shape, data_offsets }] of Object.entries(tensors)) {
    assert.equal(data_offsets, [end, end + shape.reduce((product, size) => product * size, 2)], name);
    end = data_offsets[1] ?? 0;
  }
  assert.is(8 + headerBytes + end, weights.length);
  const config = JSON.parse(String(files.get('config.json')));
  assert.equal(tensors['model.layers.0.mlp.up_proj.weight']?.shape, [
    config.intermediate_size,
    config.hidden_size,
  ]);
  const tokenizer = JSON.parse(String(files.get('tokenizer.json')));
  assert.is(Object.keys(tokenizer.model.vocab).length, config.vocab_size);
});

test('there are more than 10,000 ids, all of them distinct also once sanitized', async () => {
  const ids: string[] = [];
  for await (const { modelId } of createSyntheticSource().list(never)) ids.push(modelId);
  assert.ok(ids.length > 10_000);
  assert.is(new Set(ids.map(sanitizeModelId)).size, ids.length);
  assert.ok(ids.every(isModelId));
});

test('other models hold the essential files alone, in the size that was announced, and differ', async () => {
  const digests = new Set<string>();
  let seen = 0;
  for await (const model of createSyntheticSource().list(never)) {
    seen += 1;
    if (seen === 1) continue;
    const zip = await read(model);
    assert.is(zip.length, (await model.prepare(never)).sizeBytes, model.modelId);
    digests.add(createHash('sha256').update(zip).digest('hex'));
    if (seen === 500) break;
  }
  assert.is(digests.size, 499);
  const files = readZip(await read(await take(1)));
  assert.equal([...files.keys()], ['config.json', 'README.md']);
  assert.is(JSON.parse(String(files.get('config.json'))).model_type, 'llama');
});

test('the same seed gives the same bytes in two time zones, another seed gives others', async () => {
  const [here, there, other] = await Promise.all([
    digestIn('America/St_Johns', 'a'),
    digestIn('Pacific/Auckland', 'a'),
    digestIn('Pacific/Auckland', 'b'),
  ]);
  assert.match(here, /^[0-9a-f]{64} [0-9a-f]{64}$/);
  assert.is(here, there);
  const [tiny, small] = here.split(' ');
  assert.not.match(other, tiny ?? '');
  assert.not.match(other, small ?? '');
});

async function take(place: number): Promise<SourceModel | undefined> {
  let index = 0;
  for await (const model of createSyntheticSource().list(never)) if (index++ === place) return model;
  return undefined;
}

async function read(model: SourceModel | undefined): Promise<Buffer> {
  const artifact = await model?.prepare(never);
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifact?.open(never) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** By the directory at the end, as unzip programs read it; the files are stored. */
function readZip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const count = zip.readUInt16LE(zip.length - 12);
  let entry = zip.readUInt32LE(zip.length - 6);
  for (let index = 0; index < count; index += 1) {
    const size = zip.readUInt32LE(entry + 24);
    const nameLength = zip.readUInt16LE(entry + 28);
    const local = zip.readUInt32LE(entry + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const name = zip.subarray(entry + 46, entry + 46 + nameLength).toString();
    files.set(name, zip.subarray(start, start + size));
    entry += 46 + nameLength + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);
  }
  return files;
}

async function digestIn(timeZone: string, seed: string): Promise<string> {
  const script = `
    import { createHash } from 'node:crypto';
    import { createSyntheticSource } from ${JSON.stringify(sourceUrl)};
    const digests = [];
    for await (const model of createSyntheticSource(${JSON.stringify(seed)}).list()) {
      const hash = createHash('sha256');
      for await (const chunk of (await model.prepare()).open()) hash.update(chunk);
      if (digests.push(hash.digest('hex')) === 2) break;
    }
    console.log(digests.join(' '));`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
    env: { TZ: timeZone },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  return stdout;
}

test.run();
