import type { Input } from '@pulumi/pulumi';
import type { EnvironmentOf } from '../contract/environment.ts';
import type { Config } from './config.ts';
import type { Storage } from './storage.ts';

type Variables = EnvironmentOf<'service', 'fargate', Input<string>>;
type StoreVariable = 'MODELS_BUCKET' | 'RUNS_BUCKET' | 'MODELS_TABLE' | 'RUNS_TABLE';
type DeliveryVariable = 'DELIVERY' | 'DOWNLOAD_CONCURRENCY' | 'S3_MAX_SOCKETS' | 'CACHE_BYTES';

/** Where the stores are: for every program. */
export function storeVariables(storage: Storage): Pick<Variables, StoreVariable> {
  return {
    MODELS_BUCKET: storage.modelsBucket.bucket,
    RUNS_BUCKET: storage.runsBucket.bucket,
    MODELS_TABLE: storage.modelsTable.name,
    RUNS_TABLE: storage.runsTable.name,
  };
}

/** How the service delivers; what a stack does not say, the service's own defaults do. */
export function deliveryVariables({ delivery }: Config): Pick<Variables, DeliveryVariable> {
  const { strategy, downloadConcurrency, s3MaxSockets, cacheBytes } = delivery;
  return {
    DELIVERY: strategy,
    ...(downloadConcurrency === null ? {} : { DOWNLOAD_CONCURRENCY: String(downloadConcurrency) }),
    ...(s3MaxSockets === null ? {} : { S3_MAX_SOCKETS: String(s3MaxSockets) }),
    ...(cacheBytes === null ? {} : { CACHE_BYTES: String(cacheBytes) }),
  };
}
