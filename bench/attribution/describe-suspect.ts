import type { Suspect, SuspectResource } from '../../contract/attribution.ts';
import type { Evidence } from './evidence.ts';

type Accusation = Omit<Suspect, 'resource'>;

/** The metric that accuses a resource, its value, and the knob that would move it. */
export function describeSuspect(resource: SuspectResource, evidence: Evidence): Suspect {
  return { resource, ...accuse[resource](evidence) };
}

const accuse: Readonly<Record<SuspectResource, (evidence: Evidence) => Accusation>> = {
  event_loop: ({ loop, input }) => ({
    metric: 'event loop stood still',
    value: loop?.still ?? 0,
    unit: 'share of the time',
    statement: `the event loop stood still for ${percent(loop?.still)} of the time without computing, up to ${seconds(loop?.delayMaxMs)} at a stretch`,
    knob:
      input.delivery === 'blocking'
        ? 'DELIVERY other than blocking'
        : 'whatever calls synchronously in the service',
  }),
  cpu: ({ loop }) => ({
    metric: "CPU of the event loop's thread, waiting for it included",
    value: (loop?.cpu ?? 0) + (loop?.wait ?? 0),
    unit: 'of one core',
    statement: `the event loop's thread computed for ${percent(loop?.cpu)} of the time${loop?.wait ? ` and waited for a core that others had for ${percent(loop.wait)}` : ''}`,
    knob: 'less work per byte (DELIVERY=redirected), or more cores',
  }),
  admission: (evidence) => ({
    ...waits(evidence, 'admission', 'one of the download places'),
    knob: 'DOWNLOAD_CONCURRENCY',
  }),
  metadata: (evidence) => ({
    ...waits(evidence, 'metadata', 'DynamoDB'),
    knob: 'the table, or fewer reads of it',
  }),
  s3_pool: (evidence) => ({
    ...waits(evidence, 's3_pool', 'a connection to S3, while those in use were as fast as one alone'),
    knob: 'S3_MAX_SOCKETS',
  }),
  s3_first_byte: (evidence) => ({
    ...waits(evidence, 's3_first_byte', "S3's first byte, as the store says itself"),
    knob: 'the store, or fewer reads of it',
  }),
  s3_bandwidth: ({ s3Rate, s3RateAlone }) => ({
    metric: 'rate of a connection to S3 under load, of that alone',
    value: (s3Rate ?? 0) / (s3RateAlone ?? 1),
    unit: 'ratio',
    statement: `a connection to S3 gave ${megabytes(s3Rate)} under load and ${megabytes(s3RateAlone)} alone: they share a bandwidth, so that more of them would not help`,
    knob: 'the bandwidth of the store, or fewer reads of it',
  }),
  clients: ({ mean, meanMs }) =>
    describeClients(mean.client_body + mean.after_server, meanMs, 'the clients, or their network'),
  load_generator: ({ mean, meanMs, input }) => ({
    ...describeClients(mean.client_body + mean.after_server, meanMs, 'more load generators'),
    statement: `the load generator used ${input.generator.cpu_utilization.toFixed(2)} of one core, and the service waited for it in ${percent((mean.client_body + mean.after_server) / meanMs)} of the time`,
  }),
};

function waits(
  { mean, meanMs }: Evidence,
  part: 'admission' | 'metadata' | 's3_pool' | 's3_first_byte',
  what: string,
) {
  return {
    metric: `mean wait for ${part.replaceAll('_', ' ')}`,
    value: mean[part],
    unit: 'ms',
    statement: `requests waited ${seconds(mean[part])} on average, ${percent(mean[part] / meanMs)} of their time, for ${what}`,
  };
}

function describeClients(ms: number, meanMs: number, knob: string): Accusation {
  return {
    metric: 'mean wait for the client to take the body',
    value: ms,
    unit: 'ms',
    statement: `the service waited ${seconds(ms)} on average, ${percent(ms / meanMs)} of the time, for clients to take what it had`,
    knob,
  };
}

export function percent(share: number | undefined): string {
  return `${(100 * (share ?? 0)).toFixed(0)} %`;
}

function seconds(ms: number | undefined): string {
  const value = ms ?? 0;
  return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toPrecision(3)} ms`;
}

function megabytes(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? 'an unknown rate' : `${(bytesPerSecond / 1_048_576).toFixed(1)} MiB/s`;
}
