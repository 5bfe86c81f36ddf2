import { defineExperiment } from '../lab/define-experiment.ts';

/** What whole artifacts in memory cost, and what passing them on costs the first byte. */
export const bufferedVsStreamed = defineExperiment({
  name: 'buffered-vs-streamed',
  question: 'How much memory does a service need that passes artifacts on instead of holding them whole?',
  hypothesis:
    'Buffering holds a hundred bodies of 24.8 MB at once; streaming holds what is between two sockets, and sends its first byte as soon as S3 does.',
  before: { delivery: 'buffered', download_concurrency: 100, s3_max_sockets: 150 },
  after: { delivery: 'streamed', s3_max_sockets: 150 },
  scenario: { scenario: 'burst-100' },
  primary: 'server_peak_rss_bytes',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 0.5,
    because: 'the bodies alone are 2.5 GB, and a stream holds less than a megabyte of each',
  },
  guards: [
    { metric: 'first_byte_p99', margin: 0.1 },
    { metric: 'goodput', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'goodput', margin: 0.1, scenario: 'zipf-500' },
    { metric: 'requests_per_second', margin: 0.1, scenario: 'metadata' },
  ],
  budgetMinutes: 20,
});
