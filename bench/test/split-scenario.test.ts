import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findActiveMs } from '../engine/executors/find-active.ts';
import { splitScenario } from '../scenario/split-scenario.ts';
import { countMostVus, countPlannedRequests, type Scenario } from '../scenario.ts';
import { findScenario, scenarios } from '../scenarios/find-scenario.ts';

const test = suite('split scenario');

test('100 clients over 3 runners are 34, 33 and 33', () => {
  assert.equal(split(findScenario('burst-100'), 3).map(countMostVus), [34, 33, 33]);
});

test('users and requests of the shares add up to the whole, for every scenario and number of runners', () => {
  fc.assert(
    fc.property(fc.constantFrom(...scenarios), fc.integer({ min: 1, max: 10 }), (scenario, of) => {
      const shares = split(scenario, of);
      assert.is(sum(shares.map(countMostVus)), countMostVus(scenario));
      const planned = countPlannedRequests(scenario);
      if (planned !== null) assert.is(sum(shares.map((one) => countPlannedRequests(one) ?? 0)), planned);
      const most = shares.map(countMostVus);
      assert.ok(Math.max(...most) - Math.min(...most) <= 1);
    }),
  );
});

test('one runner has the scenario as it is, several have a seed each, the same every time', () => {
  const scenario = findScenario('zipf-500');
  assert.is(split(scenario, 1)[0], scenario);
  const seeds = split(scenario, 1_000).map(({ seed }) => seed);
  assert.is(new Set(seeds).size, 1_000);
  assert.equal(
    seeds,
    split(scenario, 1_000).map(({ seed }) => seed),
  );
});

test('the arrivals of the shares are those of the whole, each once and at its time', () => {
  const whole = findScenario('open-rate');
  assert.ok(whole.executor === 'constant-arrival-rate');
  const numbers = split(whole, 3).flatMap((share) => {
    const count = countPlannedRequests(share) ?? 0;
    const { index, of } = 'share' in share && share.share ? share.share : { index: 0, of: 1 };
    return Array.from({ length: count }, (_, number) => index + number * of);
  });
  const planned = countPlannedRequests(whole) ?? 0;
  assert.equal(
    numbers.toSorted((one, other) => one - other),
    Array.from({ length: planned }, (_, n) => n),
  );
});

test('at each moment of a ramp the shares have as many active users as the whole', () => {
  const ramp = findScenario('ramp');
  assert.ok(ramp.executor === 'ramping-vus');
  const countActive = (users: readonly number[], atMs: number) =>
    users.filter((user) => findActiveMs(ramp, user, atMs) === atMs).length;
  for (let atMs = 0; atMs < 50_000; atMs += 777) {
    const whole = countActive(
      Array.from({ length: 200 }, (_, user) => user),
      atMs,
    );
    const shares = split(ramp, 3).map((share, index) =>
      countActive(
        Array.from({ length: countMostVus(share) }, (_, user) => index + user * 3),
        atMs,
      ),
    );
    assert.is(sum(shares), whole, `${atMs} ms`);
  }
});

function split(scenario: Scenario, of: number): Scenario[] {
  return Array.from({ length: of }, (_, index) => splitScenario(scenario, { index, of }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

test.run();
