import { defineExperiment } from '../lab/define-experiment.ts';

/** A hundred clients that come before anybody has read the artifact. */
export const singleFlightCache = defineExperiment({
  name: 'single-flight-cache',
  question: 'What does it give a hundred clients of one cold artifact that S3 is read once for all of them?',
  hypothesis:
    'Streaming reads S3 a hundred times and hashes a hundred bodies; one shared read takes one, and each client gets views of the same memory while it fills.',
  before: { delivery: 'streamed', s3_max_sockets: 150 },
  after: { delivery: 'cached', s3_max_sockets: 150 },
  scenario: { scenario: 'burst-100' },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 3,
    because:
      'in prototypes streaming took 2.6 CPU-seconds a GB, and a cold shared read 0.9 s for 2.5 GB, of which 0.6 s are the transfer that a warm one takes, too',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.25 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
    { metric: 'goodput', margin: 0.1, scenario: 'zipf-500' },
    { metric: 'requests_per_second', margin: 0.1, scenario: 'metadata' },
  ],
  budgetMinutes: 20,
});
