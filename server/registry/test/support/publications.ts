import { publishModel } from '../../publish-model.ts';
import type { Publication, PublishStores } from '../../publish-request.ts';
import { type BeforeStep, stepStores } from './stepped-stores.ts';

/** The ways a publication may go, as far as steps are concerned. */
export const kinds = ['first', 'replacing', 'refused'] as const;
export type Kind = (typeof kinds)[number];

/** Enough for a multipart upload, the first part of which is on its way when the content is half read. */
const headBytes = 9_000_000;

/** Publishes what is there before a publication of this kind. */
export async function prepare(stores: PublishStores, kind: Kind, modelId: string): Promise<void> {
  if (kind === 'replacing') await publishModel(stores, { modelId, version: 'main', content: send('old') });
}

export interface SteppedPublication {
  readonly kind: Kind;
  readonly modelId: string;
  readonly before: BeforeStep;
  /** The step that meets a long content, if it lies in the middle of it. */
  readonly longAt?: number;
}

/** Publishes by steps, one of which lies in mid content. `refused` meets another publisher, who is quicker. */
export async function publishInSteps(
  stores: PublishStores,
  { kind, modelId, before, longAt }: SteppedPublication,
): Promise<Publication> {
  const stepped = stepStores(stores, before);
  async function* content() {
    yield Buffer.alloc(stepped.countSteps() + 1 === longAt ? headBytes : 1, 'n');
    await stepped.step('content');
    if (kind === 'refused') await publishModel(stores, { modelId, version: 'main', content: send('other') });
    yield Buffer.from('ew');
  }
  return publishModel(stepped.stores, {
    modelId,
    version: 'main',
    content: content(),
    replace: kind === 'replacing',
  });
}

export async function* send(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
