import { createArtifactStore } from '../../../aws/artifact-store.ts';
import { createAwsClients } from '../../../aws/clients.ts';
import { createModelStore } from '../../../aws/model-store.ts';
import type { PublishStores } from '../../publish-request.ts';
import { type Kind, kinds, prepare, publishInSteps } from './publications.ts';

/** One publication that stands still before a step, for ever: what follows is the parent's SIGKILL. */
export interface Stopped {
  readonly kind: Kind;
  readonly step: string;
  readonly modelId: string;
}

/**
 * `crashing-publisher.ts <bucket> <table> <lease in ms>`: starts a publication of each kind for each of its steps,
 * stops it there, and sends the list to its parent.
 */
const [bucket = '', table = '', leaseMs] = process.argv.slice(2);
const clients = createAwsClients();
const stores = {
  models: createModelStore(clients.dynamodb, table, { leaseMs: Number(leaseMs) }),
  artifacts: createArtifactStore(clients.s3, bucket),
};
const stopped = await Promise.all(kinds.map((kind) => stopAtEachStep(stores, kind)));
process.send?.(stopped.flat());

async function stopAtEachStep(to: PublishStores, kind: Kind): Promise<Stopped[]> {
  const all: Stopped[] = [];
  for (;;) {
    const modelId = `${kind}/step-${all.length + 1}`;
    await prepare(to, kind, modelId);
    const step = await stopAt(to, kind, modelId, all.length + 1);
    if (step === null) return all;
    all.push({ kind, step, modelId });
  }
}

/** Null when the publication has fewer steps. */
async function stopAt(
  to: PublishStores,
  kind: Kind,
  modelId: string,
  stopAtStep: number,
): Promise<string | null> {
  return new Promise((resolve) => {
    const before = async (step: string, count: number) => {
      if (count < stopAtStep) return;
      resolve(step);
      await new Promise(() => {});
    };
    publishInSteps(to, { kind, modelId, before, longAt: stopAtStep }).then(
      () => resolve(null),
      () => resolve(null),
    );
  });
}
