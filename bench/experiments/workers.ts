import { defineExperiment } from '../lab/define-experiment.ts';

// The default leaves each process memory of its own, and so less for artifacts.
const cacheBytes = 1_000_000_000;

/** Whether a second process pays: on two cores, which clients and service share. */
export const workers = defineExperiment({
  name: 'workers',
  question: 'What does a second process of the service give where clients and service share two cores?',
  hypothesis:
    'The clients need most of one core for what one process sends, so that a second one finds nothing to compute on, and costs memory for a cache of its own.',
  before: { delivery: 'cached', s3_max_sockets: 150, cache_bytes: cacheBytes, workers: 1 },
  after: { delivery: 'cached', s3_max_sockets: 150, cache_bytes: cacheBytes, workers: 2 },
  scenario: { scenario: 'burst-100', requests_per_client: 5 },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'SAME',
    because:
      'in prototypes one process sent 2.8 GB/s and two 3.2 GB/s with rounds that scattered by 20 %, both near what the clients can take',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'latency_p99', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 20,
});
