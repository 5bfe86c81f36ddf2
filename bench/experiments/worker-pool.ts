import { defineExperiment } from '../lab/define-experiment.ts';
import { predictWaves } from '../lab/predict-waves.ts';

// A body takes five seconds over one connection, so that ten waves take less than a minute.
const stage = { first_byte_ms: 100, bytes_per_second_per_connection: 600_000 };
const burst = { clients: 100, bytes: 3_000_000 };
const pool = { before: 32, after: 100 };

/** The second bottleneck: only so many downloads are let in at once, and the others wait for a place. */
export const workerPool = defineExperiment({
  name: 'worker-pool',
  question: 'What does it give to let 100 downloads in at once instead of 32?',
  hypothesis:
    'With 32 places a hundred clients are served in four waves, the last of four clients; with 100 places in one. Neither S3 nor the machine is at its limit then.',
  before: { delivery: 'buffered', download_concurrency: pool.before, s3_max_sockets: 150 },
  after: { delivery: 'buffered', download_concurrency: pool.after, s3_max_sockets: 150 },
  stage,
  scenario: { scenario: 'burst-100', duration_seconds: 300 },
  artifactBytes: burst.bytes,
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 2,
    because: 'four waves become one; bodies take as long as before each',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 25,
  arithmetic: predictWaves(stage, burst, pool),
});
