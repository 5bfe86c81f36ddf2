import { defineExperiment } from '../lab/define-experiment.ts';

/** The same gain with a tenth of the clients. */
export const scale10 = defineExperiment({
  name: 'scale-10',
  question: 'Does the cache give ten clients what it gives a hundred?',
  hypothesis:
    'What a download costs does not depend on how many others there are, so neither does the gain, which is that of CPU time.',
  before: { delivery: 'streamed', s3_max_sockets: 150 },
  after: { delivery: 'cached', s3_max_sockets: 150 },
  scenario: { scenario: 'burst-100', num_clients: 10, requests_per_client: 20 },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 4.5,
    because: 'in prototypes ten clients of a warm cache had 2.7 GB/s, and a hundred 2.6 GB/s',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 20,
});
