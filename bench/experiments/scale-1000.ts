import { defineExperiment } from '../lab/define-experiment.ts';

/** The same gain with ten times the clients. */
export const scale1000 = defineExperiment({
  name: 'scale-1000',
  question: 'Does the cache give a thousand clients what it gives a hundred, and in how much memory?',
  hypothesis:
    'A thousand clients share one body, where a thousand streams share 150 connections to S3: most of them wait for one.',
  before: { delivery: 'streamed', s3_max_sockets: 150 },
  after: { delivery: 'cached', s3_max_sockets: 150 },
  scenario: { scenario: 'burst-100', num_clients: 1_000 },
  // A tenth of the model's, so that all of them together get about what a hundred clients do.
  artifactBytes: 2_500_000,
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 3,
    because:
      'in prototypes a thousand clients of a cache had 3.1 GB/s, a hundred 2.6 GB/s, and streams 0.5 GB/s',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.25 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 20,
});
