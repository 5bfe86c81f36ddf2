import { defineExperiment } from '../lab/define-experiment.ts';

// Of the model that a burst downloads, once for each of its clients: so that places are all that holds it back.
const bodiesBytes = 100 * 24_834_009;

/** The end of the Python system's three optimisations, in this service, against what this one does by default. */
export const defaultsVsSeed = defineExperiment({
  name: 'defaults-vs-seed',
  question: 'How much faster than whole bodies for a hundred clients at once is one that all of them share?',
  hypothesis:
    'With a hundred places and 150 connections to S3 every client has a body of its own read, hashed and held in memory; a shared one is read, hashed and held once.',
  before: {
    delivery: 'buffered',
    download_concurrency: 100,
    s3_max_sockets: 150,
    cache_bytes: bodiesBytes,
  },
  after: { delivery: 'cached', s3_max_sockets: 150 },
  scenario: { scenario: 'burst-100' },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 5,
    because:
      'in prototypes whole bodies took 3.7 CPU-seconds a GB and 7.4 s for a burst, a cold shared one 0.9 s in a fresh process',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.1 },
  ],
  budgetMinutes: 20,
});
