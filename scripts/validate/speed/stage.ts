import { createHash, randomBytes } from 'node:crypto';
import { readStoreCounts } from '../../../bench/measure/read-store-counts.ts';
import { downloadPath } from '../../../contract/routes.ts';
import { defaultWorkload } from '../../../contract/workload.ts';
import { createArtifactLinks } from '../../../server/aws/artifact-links.ts';
import { createAwsClients } from '../../../server/aws/clients.ts';
import { readStoresConfig } from '../../../server/config.ts';
import { publishModel } from '../../../server/registry/publish-model.ts';
import { startLocalAws } from '../../local-aws/start-local-aws.ts';
import { openRegistry } from '../../open-registry.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../start-service-under-test.ts';

export const bodyBytes = 24_834_009;
export const modelPath = downloadPath('arnir0_Tiny-LLM', 'main');

/** What is held against each other. Variables that are empty hold what they hold by default. */
const unset = {
  DELIVERY: '',
  DOWNLOAD_CONCURRENCY: '',
  S3_MAX_SOCKETS: '',
  CACHE_BYTES: '',
  MAX_DOWNLOADS: '',
  LOG_LEVEL: '',
};
export const serviceArms = {
  defaults: unset,
  streamed: { ...unset, DELIVERY: 'streamed' },
  /** The last design of the Python system that this one was measured against first. */
  seed: {
    ...unset,
    DELIVERY: 'buffered',
    DOWNLOAD_CONCURRENCY: '100',
    S3_MAX_SOCKETS: '150',
    CACHE_BYTES: String(100 * bodyBytes),
  },
} as const;
export type ServiceArm = keyof typeof serviceArms;

export interface Stage {
  /** Of the model in S3 itself. */
  readonly presignedUrl: string;
  /** Of objects, counted by S3. */
  countGets(): Promise<number>;
  /** A fresh process; it is gone when `use` has ended. */
  withService<Result>(arm: ServiceArm, use: (service: ServiceUnderTest) => Promise<Result>): Promise<Result>;
  /** Downloads the model once and has its digest checked. */
  fetchWhole(service: ServiceUnderTest): Promise<void>;
}

/** The embedded stores with one model of 24.8 MB that does not compress. */
export async function withStage<Result>(use: (stage: Stage) => Promise<Result>): Promise<Result> {
  const aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  try {
    const content = randomBytes(bodyBytes);
    const digest = createHash('sha256').update(content).digest('hex');
    return await use({ ...(await publish(content)), ...describeStage(aws.env.AWS_ENDPOINT_URL_S3, digest) });
  } finally {
    await aws.stop();
  }
}

async function publish(content: Buffer): Promise<Pick<Stage, 'presignedUrl'>> {
  const clients = createAwsClients();
  try {
    const names = readStoresConfig(process.env);
    const { stores } = await openRegistry(clients, names);
    const { record } = await publishModel(stores, {
      modelId: defaultWorkload.model_id,
      version: 'main',
      content: (async function* () {
        yield content;
      })(),
    });
    const presignedUrl = await createArtifactLinks(clients.s3, names.modelsBucket).createLink(record, {
      expiresSeconds: 3_600,
      contentType: 'application/zip',
      contentDisposition: 'attachment',
      cacheControl: 'no-store',
    });
    return { presignedUrl };
  } finally {
    clients.destroy();
  }
}

function describeStage(s3Url = '', digest: string): Omit<Stage, 'presignedUrl'> {
  return {
    async countGets() {
      const counts = await readStoreCounts(s3Url);
      if (counts === null) throw new Error('The embedded S3 does not tell what it counted.');
      return Object.values(counts.counts).reduce((sum, { answers }) => sum + answers, 0);
    },
    async withService(arm, act) {
      const service = await startServiceUnderTest(serviceArms[arm]);
      try {
        return await act(service);
      } finally {
        await service.stop();
      }
    },
    async fetchWhole({ url }) {
      const response = await fetch(url + modelPath);
      const found = createHash('sha256')
        .update(await response.bytes())
        .digest('hex');
      if (found !== digest) throw new Error(`The service answered ${response.status} with other bytes.`);
    },
  };
}
