import { fileURLToPath } from 'node:url';
import type { StagePlanner } from '../../bench/cli.ts';
import type { LabCommand } from '../../bench/lab/start-commands.ts';
import type { ArmSettings } from '../../contract/delivery-settings.ts';
import type { Stage } from '../../contract/experiment.ts';
import { serviceNodeFlags } from '../../contract/service-command.ts';

/** What a round decides itself. */
const own = { HOST: '127.0.0.1', PORT: '0', COMPUTE_BACKEND: 'local', TRIGGER_TOKEN: '' } as const;
const here = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The programs of a stage on this machine, as data: embedded stores for all rounds, and for each round a service of its
 * own with an arm's settings, behind a proxy where the store is shaped. `checkout`: whose code the service runs.
 */
export const planStage: StagePlanner = {
  session: (artifactBytes) => [
    describe('the stores', 'scripts/lab/stores.ts', artifactBytes === null ? [] : [String(artifactBytes)]),
  ],
  round: (settings, stage, checkout = here) => [
    ...(stage === null ? [] : [describeProxy(stage)]),
    {
      title: 'the service',
      file: process.execPath,
      args: [
        ...serviceNodeFlags,
        '--import',
        `${here}scripts/local-aws/die-with-parent.ts`,
        `${checkout}/server/main.ts`,
      ],
      cwd: checkout,
      env: { ...inherit(), ...own, ...toEnvironment(settings) },
    },
  ],
};

function describeProxy(stage: Stage): LabCommand {
  return describe('the proxy before S3', 'scripts/lab/shaped-store.ts', [JSON.stringify(stage)]);
}

function describe(title: string, script: string, args: readonly string[]): LabCommand {
  return { title, file: process.execPath, args: [`${here}${script}`, ...args], cwd: here, env: inherit() };
}

function toEnvironment(settings: ArmSettings): Record<string, string> {
  const { delivery, download_concurrency, s3_max_sockets, cache_bytes, workers } = settings;
  return {
    ...(delivery === undefined ? {} : { DELIVERY: delivery }),
    ...(download_concurrency === undefined ? {} : { DOWNLOAD_CONCURRENCY: String(download_concurrency) }),
    ...(s3_max_sockets === undefined ? {} : { S3_MAX_SOCKETS: String(s3_max_sockets) }),
    ...(cache_bytes === undefined ? {} : { CACHE_BYTES: String(cache_bytes) }),
    ...(workers === undefined ? {} : { WORKERS: String(workers) }),
  };
}

/** Of this process, without what would lead to other stores or settings than the experiment's. */
function inherit(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && /^(PATH|HOME|TMPDIR|TZ|LANG|NODE_|SYSTEMROOT|TEMP|TMP)/i.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
