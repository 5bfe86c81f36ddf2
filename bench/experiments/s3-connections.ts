import { defineExperiment } from '../lab/define-experiment.ts';
import { predictWaves } from '../lab/predict-waves.ts';

// A body takes five seconds over one connection, so that ten waves take less than a minute.
const stage = { first_byte_ms: 100, bytes_per_second_per_connection: 600_000 };
const burst = { clients: 100, bytes: 3_000_000 };
const sockets = { before: 10, after: 150 };

/** The third bottleneck: the S3 client's connection pool is smaller than what asks for connections. */
export const s3Connections = defineExperiment({
  name: 's3-connections',
  question: 'What does it give to read from S3 over 150 connections instead of 10?',
  hypothesis:
    'A connection to S3 carries one body at a time at a limited rate, so that ten connections serve a hundred clients in ten waves; a pool larger than the number of clients serves them in one.',
  before: { delivery: 'buffered', download_concurrency: 100, s3_max_sockets: sockets.before },
  after: { delivery: 'buffered', download_concurrency: 100, s3_max_sockets: sockets.after },
  stage,
  scenario: { scenario: 'burst-100', duration_seconds: 300 },
  artifactBytes: burst.bytes,
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 5,
    because: 'ten waves become one; bodies take as long as before each',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 40,
  arithmetic: predictWaves(stage, burst, sockets),
});
