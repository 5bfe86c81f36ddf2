import { defineExperiment } from '../lab/define-experiment.ts';

/** Nothing is changed: what the procedure says then is what it says of noise. */
export const control = defineExperiment({
  name: 'control',
  question: 'Does the procedure find a difference where there is none?',
  hypothesis: 'Both arms are the same program with the same settings, so whatever differs is noise.',
  before: { delivery: 'streamed' },
  after: { delivery: 'streamed' },
  scenario: { scenario: 'burst-100' },
  primary: 'goodput',
  margin: 0.1,
  predicted: { direction: 'SAME', because: 'nothing was changed' },
  guards: [
    { metric: 'first_byte_p99', margin: 0.25 },
    { metric: 'server_peak_rss_bytes', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
  ],
  budgetMinutes: 20,
});
