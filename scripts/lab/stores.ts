import '../local-aws/die-with-parent.ts';
import { Terminal } from '../../bench/cli/terminal.ts';
import { nameArtifact } from '../../bench/lab/experiment-plan.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { readStoresConfig } from '../../server/config.ts';
import { publishModel } from '../../server/registry/publish-model.ts';
import { fillRegistry } from '../fill-registry.ts';
import { startLocalAws } from '../local-aws/start-local-aws.ts';
import { createKeystream } from '../model-sources/synthetic/keystream.ts';
import { zipFiles } from '../model-sources/zip-files.ts';
import { openRegistry } from '../open-registry.ts';

/**
 * The embedded stores of an experiment's rounds, a process of their own: prints the environment that leads there once they
 * are filled, with the 500 models of a benchmark, or with one artifact of the size that is its argument.
 */
const [artifactBytes] = process.argv.slice(2);
const stopped = new AbortController();
process.once('SIGTERM', () => stopped.abort());

const aws = await startLocalAws();
try {
  Object.assign(process.env, aws.env);
  if (artifactBytes === undefined) await fillRegistry(new Terminal(process.stderr), stopped.signal);
  else await publishArtifact(Number(artifactBytes));
  process.stdout.write(`${JSON.stringify({ env: aws.env })}\n`);
  process.channel?.ref();
  const lost = await Promise.race([aws.lost, whenStopped()]);
  if (lost) throw lost;
} finally {
  await aws.stop();
}
process.exit(0);

/** Content that does not compress, in a zip; the size is that of the content. */
async function publishArtifact(sizeBytes: number): Promise<void> {
  const clients = createAwsClients();
  const { stores } = await openRegistry(clients, readStoresConfig(process.env));
  const modelId = nameArtifact(sizeBytes);
  const file = { name: 'weights.bin', sizeBytes, open: () => createKeystream(modelId, sizeBytes) };
  await publishModel(stores, { modelId, version: 'main', content: zipFiles([file]) });
  clients.destroy();
}

function whenStopped(): Promise<null> {
  return new Promise((tell) => {
    if (stopped.signal.aborted) tell(null);
    stopped.signal.addEventListener('abort', () => tell(null), { once: true });
  });
}
