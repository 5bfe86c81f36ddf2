import { defineExperiment } from '../lab/define-experiment.ts';
import { predictOneByOne } from '../lab/predict-waves.ts';

// A body takes six seconds over one connection, so that three of them are whole within the deadline.
const stage = { first_byte_ms: 100, bytes_per_second_per_connection: 500_000 };
const burst = { clients: 100, bytes: 3_000_000 };
const deadlineSeconds = 20;

/** All three bottlenecks at once, as they were found, against all three removed. */
export const seedCombined = defineExperiment({
  name: 'seed-combined',
  question: 'What do the three optimisations give together?',
  hypothesis:
    'A blocked event loop hides the pool of workers, which hides the pool of connections; with all three removed a hundred clients are served at once.',
  before: { delivery: 'blocking', download_concurrency: 32, s3_max_sockets: 10 },
  after: { delivery: 'buffered', download_concurrency: 100, s3_max_sockets: 150 },
  stage,
  scenario: { scenario: 'burst-100', duration_seconds: deadlineSeconds },
  artifactBytes: burst.bytes,
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 10,
    because:
      'one body takes six seconds over one connection of the stage, so that the blocking service completes three within the deadline of 20 s',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 40,
  arithmetic: predictOneByOne(stage, burst, deadlineSeconds),
  published: {
    source:
      'the Python system whose three bottlenecks these are, on its own hardware, with a deadline of 300 s',
    rows: [
      { metric: 'success rate', before: '0 %', after: '100 %' },
      { metric: 'throughput', before: '0 MiB/s', after: '37.48 MiB/s' },
      { metric: 'mean latency', before: '300.93 s (timeout)', after: '51.26 s' },
      { metric: 'p99 latency', before: '301.08 s (timeout)', after: '63.17 s' },
    ],
  },
});
