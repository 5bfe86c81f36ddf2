import { sanitizeModelId } from '../../contract/model-id.ts';
import { DomainError } from '../../server/domain-error.ts';
import { type Publication, publishModel } from '../../server/registry/publish-model.ts';
import { stopWhen } from '../../server/registry/stop-when.ts';
import type { ArtifactStore, ModelStore } from '../../server/registry/stores.ts';
import type { SourceModel } from '../model-sources/model-source.ts';

/**
 * Publishes a model unless it is there: known by its id, or by the size of its artifact too. A record is written
 * last, so that whatever has one is whole.
 * @throws what the source says of the model, even where S3 hands it on in words of its own.
 */
export async function ensurePublished(
  stores: { models: ModelStore; artifacts: ArtifactStore; replace?: boolean },
  model: SourceModel,
  signal: AbortSignal,
  onBytes: (sizeBytes: number) => void,
): Promise<Publication['outcome']> {
  const { modelId, version, knownBy } = model;
  const { models, artifacts, replace = false } = stores;
  const found = replace ? null : await models.find(sanitizeModelId(modelId), version);
  const record = found?.modelId === modelId ? found : null;
  if (record && knownBy === 'id') return 'unchanged';
  const artifact = await model.prepare(signal);
  if (record?.sizeBytes === artifact.sizeBytes) return 'unchanged';
  if (record) {
    throw new DomainError(
      'version_taken',
      `${modelId}@${version} is published as ${record.digest} with ${record.sizeBytes} bytes, but would have ${artifact.sizeBytes}; --replace takes these.`,
    );
  }
  const content = watchContent(stopWhen(signal, artifact.open(signal)), onBytes);
  try {
    const request = { modelId, version, content: content.chunks, replace };
    return (await publishModel({ models, artifacts }, request)).outcome;
  } catch (error) {
    throw content.fault() ?? error;
  }
}

function watchContent(source: AsyncIterable<Uint8Array>, onBytes: (sizeBytes: number) => void) {
  let fault: unknown = null;
  async function* pass(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        onBytes(chunk.byteLength);
        yield chunk;
      }
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  return { chunks: pass(), fault: () => fault };
}
