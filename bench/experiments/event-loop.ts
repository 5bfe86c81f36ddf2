import { defineExperiment } from '../lab/define-experiment.ts';
import { predictOneByOne } from '../lab/predict-waves.ts';

// A body takes six seconds over one connection, so that three of them are whole within the deadline.
const stage = { first_byte_ms: 100, bytes_per_second_per_connection: 500_000 };
const burst = { clients: 100, bytes: 3_000_000 };
const deadlineSeconds = 20;

/** The first bottleneck: a synchronous read of S3 makes the event loop, and so every client, wait. */
export const eventLoop = defineExperiment({
  name: 'event-loop',
  question:
    'How much does a service deliver whose event loop waits for S3, and how much one that does not wait?',
  hypothesis:
    'While a synchronous read waits for S3, no other request is read, so that a hundred clients are served one after the other and most meet their deadline without a byte.',
  before: { delivery: 'blocking', download_concurrency: 100, s3_max_sockets: 150 },
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
      'one body takes six seconds over one connection of the stage, so that the blocking service completes three within the deadline of 20 s, and the other one a hundred at once',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 30,
  arithmetic: predictOneByOne(stage, burst, deadlineSeconds),
});
