import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineExperiment, WrongExperimentError } from '../lab/define-experiment.ts';
import type { ExperimentOptions } from '../lab/experiment-options.ts';

const test = suite('define experiment');
const right: ExperimentOptions = {
  name: 'small',
  question: 'Does a test need more than one connection?',
  hypothesis: 'Eight clients wait for one connection in eight waves.',
  before: { delivery: 'streamed', s3_max_sockets: 1 },
  after: { delivery: 'streamed', s3_max_sockets: 8 },
  scenario: { num_clients: 8 },
  primary: 'goodput',
  predicted: { direction: 'BETTER', because: 'eight waves become one' },
  budgetMinutes: 1,
};

test('every fault is told at once, each with its option, its value and what is allowed', () => {
  assert.equal(
    findFaults({
      ...right,
      name: 'Small',
      question: 'Why?',
      margin: 5,
      predicted: { direction: 'FASTER', because: 3 },
      guards: [{ metric: 'godput', margin: 0.1 }],
      rounds: 4,
      budgetMinutes: undefined,
    }),
    [
      'name is "Small"; allowed: 1 to 64 characters of a-z 0-9 - starting with a letter or digit',
      'question is "Why?"; allowed: a text of 10 characters or more',
      'margin is 5; allowed: a number above 0 and at most 1, such as 0.1 for 10 %',
      'predicted.direction is "FASTER"; allowed: one of BETTER, WORSE, SAME',
      'predicted.because is 3; allowed: a text of 10 characters or more',
      'guards.0.metric is "godput"; allowed: one of goodput, requests_per_second, time_to_last_byte, success_rate, latency_mean, latency_median, latency_p99, first_byte_mean, first_byte_p99, server_cpu_seconds_per_gb, server_peak_rss_bytes, client_cpu_seconds_per_gb',
      'rounds is 4; allowed: "staged", or a whole number of pairs from 6 to 100',
      'budgetMinutes is missing; allowed: a number above 0',
    ],
  );
  assert.equal(findFaults(null), ['it is null; allowed: an object with its options']);
});

test('an unknown option names itself, those that there are, and the one that was meant', () => {
  const stage = { first_byte: 100, first_byte_ms: 1, bytes_per_second_per_connection: null };
  const faults = findFaults({ ...right, hypotesis: 'x', stage, after: { s3_sockets: 8 } });
  assert.equal(faults.length, 3);
  const text = faults.join('\n');
  assert.match(
    text,
    '`hypotesis` does not exist here; did you mean "hypothesis"? allowed: name, question, hypothesis',
  );
  assert.match(
    text,
    '`stage.first_byte` does not exist here; did you mean "first_byte_ms"? allowed: first_byte_ms',
  );
  assert.match(
    text,
    '`after.s3_sockets` does not exist here; allowed: delivery, download_concurrency, s3_max_sockets, cache_bytes, workers',
  );
});

test('what the service would refuse after the registry was filled is refused before', () => {
  const idle = { delivery: 'streamed', download_concurrency: 5, cache_bytes: 1_000 } as const;
  assert.equal(findFaults({ ...right, before: idle }), [
    'before.download_concurrency is 5; allowed: nothing with streamed, which has no such limit',
    'before.cache_bytes is 1000; allowed: nothing with streamed, which has no such limit',
  ]);
  assert.equal(findFaults({ ...right, after: { delivery: 'cached', workers: 65 } }), [
    'after.workers is 65; allowed: a whole number from 1 to 64',
  ]);
  assert.equal(findFaults({ ...right, after: { delivery: 'cached', workers: 2 } }), []);
  assert.equal(findFaults({ ...right, scenario: { scenario: 'zipf-500' }, artifactBytes: 2_000 }), [
    'artifactBytes is 2000; allowed: nothing with the scenario zipf-500, which asks for all models',
  ]);
});

test.run();

/** None where the options are taken. */
function findFaults(options: unknown): string[] {
  try {
    defineExperiment(options as ExperimentOptions);
    return [];
  } catch (error) {
    assert.instance(error, WrongExperimentError);
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}
