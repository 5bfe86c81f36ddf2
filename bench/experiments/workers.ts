import { defineExperiment } from '../lab/define-experiment.ts';

/** What a second process gives where one has the artifact in memory. */
export const workers = defineExperiment({
  name: 'workers',
  question: 'Do two processes hand out a cached artifact faster than one?',
  hypothesis:
    'A process moves cached bodies with one core; a second one has a core more only where clients and service leave one free, which on two cores they do not.',
  before: { delivery: 'cached', workers: 1 },
  after: { delivery: 'cached', workers: 2 },
  scenario: { scenario: 'burst-100' },
  primary: 'goodput',
  margin: 0.1,
  predicted: {
    direction: 'SAME',
    because: 'client and service share two cores, and one process already keeps its own busy',
  },
  guards: [
    { metric: 'success_rate', margin: 0.05 },
    { metric: 'first_byte_p99', margin: 0.1 },
    { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    { metric: 'server_peak_rss_bytes', margin: 0.25 },
  ],
  budgetMinutes: 20,
});
