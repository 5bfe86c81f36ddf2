import { defineExperiment } from '../lab/define-experiment.ts';

const downloadsEach = 3;

/** The same clients once the artifact is in memory: only the first download of each finds it still being read. */
export const singleFlightCacheWarm = defineExperiment({
  name: 'single-flight-cache-warm',
  question: 'What does an artifact in memory give a hundred clients that go on downloading it?',
  hypothesis:
    'A warm download costs the service what the kernel takes to send it; a streamed one is read from S3, hashed and copied as well, every time.',
  before: { delivery: 'streamed', s3_max_sockets: 150 },
  after: { delivery: 'cached', s3_max_sockets: 150 },
  scenario: { scenario: 'burst-100', requests_per_client: downloadsEach },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'BETTER',
    ratio: 4.5,
    because:
      'in prototypes streaming took 2.6 and a warm cache 0.3 to 0.35 CPU-seconds a GB, with 0.2 of the clients beside both on the same two cores',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'latency_p99', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 20,
});
