import { defineExperiment } from '../lab/define-experiment.ts';

/** The service sends clients to S3 instead of handing them the bytes. */
export const redirected = defineExperiment({
  name: 'redirected',
  question: 'What does it give that clients read S3 themselves, by addresses that the service signs?',
  hypothesis:
    'A redirect costs the service a signature for each download instead of every byte of it; S3, whose bytes a stream moves twice, is what limits then.',
  before: { delivery: 'streamed', s3_max_sockets: 150 },
  after: { delivery: 'redirected' },
  scenario: { scenario: 'burst-100' },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 3,
    because:
      'in prototypes the embedded S3 alone gave 2.9 GB/s to a hundred clients, and a stream through the service 0.5 GB/s',
  },
  // No CPU time a GB: nearly no byte passes through the service.
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.25 },
    { metric: 'server_peak_rss_bytes', margin: 0.1 },
  ],
  budgetMinutes: 20,
});
