import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultWorkload, scenarioNames, workloadSchema } from '../../contract/workload.ts';
import { parseWorkload } from '../cli/parse-workload.ts';
import { findLengthSeconds, findLongestSeconds } from '../scenario/find-length.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { countPlannedRequests } from '../scenario.ts';
import { applyWorkload } from '../scenarios/apply-workload.ts';
import { fillWorkload } from '../scenarios/fill-workload.ts';
import { findScenario, scenarios } from '../scenarios/find-scenario.ts';
import { findWorkloadFaults } from '../scenarios/find-workload-faults.ts';
import { hashScenario } from '../scenarios/hash-scenario.ts';

const test = suite('workload scenarios');
const burst = findScenario('burst-100');

test('the names that a workload may take are those of the scenarios that come along', () => {
  assert.equal(
    scenarios.map(({ name }) => name),
    [...scenarioNames],
  );
});

test('nothing asked for is the default workload, and that is burst-100 as it is, cut at its deadline', () => {
  assert.equal(fillWorkload({}), defaultWorkload);
  assert.equal(applyWorkload(fillWorkload({})), { ...burst, maxDurationSeconds: 300 });
  assert.is(findLongestSeconds(applyWorkload(fillWorkload({}))), 300);
});

test('without anything asked for but the name, every other scenario is as it was defined', () => {
  for (const scenario of scenarios.filter(({ name }) => name !== 'burst-100')) {
    const name = scenarioNames.find((one) => one === scenario.name);
    assert.ok(name);
    assert.equal(applyWorkload(fillWorkload({ scenario: name })), scenario);
  }
});

test('a workload that was recorded is filled to itself, so that it can be repeated', () => {
  for (const scenario of scenarioNames) {
    const filled = fillWorkload({ scenario, duration_seconds: 3 });
    assert.equal(workloadSchema.parse(filled), filled);
    assert.equal(applyWorkload(workloadSchema.parse(filled)), applyWorkload(filled));
  }
});

test('requests per client are the iterations of each, also where clients share them', () => {
  const asked = { num_clients: 3, requests_per_client: 4 };
  for (const scenario of ['burst-100', 'resume', 'zipf-500'] as const) {
    assert.is(countPlannedRequests(applyWorkload(fillWorkload({ scenario, ...asked }))), 12);
  }
  const fewer = applyWorkload(fillWorkload({ scenario: 'resume', num_clients: 3 }));
  assert.is(countPlannedRequests(fewer), 200);
});

test('a duration is the deadline of each request and cuts the load, but never lengthens it', () => {
  for (const scenario of scenarioNames) {
    const cut = applyWorkload(fillWorkload({ scenario, duration_seconds: 3 }));
    assert.is(cut.deadlineSeconds, 3, scenario);
    assert.is(findLengthSeconds(cut), 3, scenario);
    const long = applyWorkload(fillWorkload({ scenario, duration_seconds: 3_600 }));
    if ('iterations' in long) continue;
    assert.is(findLengthSeconds(long), findLengthSeconds(findScenario(scenario)), scenario);
  }
});

test('stages are cut where the duration ends, at the number of virtual users that was reached', () => {
  const ramp = overrideScenario(findScenario('ramp'), { durationSeconds: 13 });
  assert.is(ramp.executor, 'ramping-vus');
  assert.equal('stages' in ramp && ramp.stages, [
    { durationSeconds: 2, target: 1 },
    { durationSeconds: 10, target: 1 },
    { durationSeconds: 1, target: 6 },
  ]);
  const whole = overrideScenario(findScenario('ramp'), { durationSeconds: 12 });
  assert.is('stages' in whole && whole.stages.length, 2);
});

test('fields without a meaning are told with the reason, and too many requests with the most there may be', () => {
  const faults = (name: string, request: object) =>
    findWorkloadFaults(findScenario(name), request).map(({ field, allowed }) => `${field}: ${allowed}`);
  assert.equal(faults('open-rate', { num_clients: 3 }), [
    'num_clients: nothing with the scenario open-rate, which starts requests at its rate, with as many clients as that needs',
  ]);
  assert.equal(faults('metadata', { model_id: 'a/b', num_clients: 3 }), [
    'model_id: nothing with the scenario metadata, which asks for all models',
  ]);
  assert.equal(faults('burst-100', { num_clients: 1_000, requests_per_client: 1_000 }), []);
  assert.equal(faults('burst-100', { requests_per_client: 10_000, num_clients: 400 }), [
    'requests_per_client: at most 2500 with 400 clients, 1000000 requests in all',
  ]);
});

test('the hash of a scenario is that of its source file', async () => {
  for (const { name } of scenarios) {
    const source = await readFile(new URL(`../scenarios/${name}.ts`, import.meta.url));
    assert.is(await hashScenario(name), createHash('sha256').update(source).digest('hex'));
  }
});

test('flags become what was asked for and nothing else', () => {
  assert.equal(parseWorkload({}), {});
  assert.equal(parseWorkload({ scenario: 'resume', clients: '3', requests: '4', delivery: 'buffered' }), {
    scenario: 'resume',
    num_clients: 3,
    requests_per_client: 4,
    profile: { delivery: 'buffered' },
  });
});

test('all faults of the flags are told together, those of the scenario and of the profile included', () => {
  const message = refusal({
    scenario: 'open-rate',
    clients: '3',
    duration: '0',
    delivery: 'streamed',
    downloadConcurrency: '5',
  });
  assert.equal(message.split('\n'), [
    '--duration is "0"; allowed: a whole number of seconds from 1 to 3600',
    '--clients is "3"; allowed: nothing with the scenario open-rate, which starts requests at its rate, with as many clients as that needs',
    '--download-concurrency is "5"; streamed has no such limit; allowed: with the delivery buffered or blocking',
  ]);
});

test('a scenario that there is not is answered with the names of those that there are', () => {
  const message = refusal({ scenario: 'burst', clients: '3' });
  assert.is(message, `--scenario is "burst"; allowed: one of ${scenarioNames.join(', ')}`);
});

function refusal(flags: Parameters<typeof parseWorkload>[0]): string {
  try {
    parseWorkload(flags);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the flags were not refused');
}

test.run();
