import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlanner } from '../engine/plan-requests.ts';
import { assertRepeatable } from '../measure/assert-repeatable.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { parseDuration } from '../scenario/parse-duration.ts';
import type { ScenarioOptions } from '../scenario/scenario-options.ts';
import { countMostVus, type Scenario } from '../scenario.ts';
import { findScenario, scenarios } from '../scenarios/find-scenario.ts';
import { parseThresholds } from '../thresholds/parse-threshold.ts';

const test = suite('define scenario');
const burst = { name: 'b', executor: 'per-vu-iterations' } as const;

test('durations are read in k6 notation, anything else is none', () => {
  assert.is(parseDuration('1m30s'), 90);
  assert.is(parseDuration('500ms'), 0.5);
  assert.is(parseDuration('1h0.5m'), 3_630);
  for (const wrong of ['', '10', 12, 'm', '-1s', '1 s', -1, Number.NaN, null])
    assert.is(parseDuration(wrong), null);
});

test('all faults are told together, each with its value and what is allowed', () => {
  const message = refuse({ ...burst, vus: 0, iterations: 1.5, timeout: 'soon' });
  assert.match(message, 'vus is 0; allowed: a whole number of virtual users from 1 to 1000');
  assert.match(message, 'iterations is 1.5; allowed');
  assert.match(message, 'timeout is "soon"; allowed: a text with units');
});

test('faults of all parts are told in one round, a line each, whatever the executor', () => {
  const options = {
    vus: 0,
    sleeep: 1,
    checks: 3,
    request: async () => ({}),
    thresholds: { checks: [''] },
    rate: 'x',
  };
  const message = refuse({ ...burst, ...options });
  const [head, ...lines] = message.split('\n');
  assert.is(head, 'The scenario "b" has 5 faults:');
  assert.equal(lines.length, 5);
  for (const line of lines) assert.match(line, /^ {2}\S/);
  const without = refuse({ name: 'x', timeout: 3, stages: [] });
  assert.match(without, 'executor is missing');
  assert.match(without, 'timeout is 3');
  const open = {
    ...burst,
    executor: 'constant-arrival-rate',
    rate: 1e9,
    duration: 3,
    preAllocatedVUs: 5,
    maxVUs: 4,
  };
  for (const part of ['rate is 1000000000', 'duration is 3', 'maxVUs is 4']) assert.match(refuse(open), part);
});

test('a name that is nearly another one is told with it', () => {
  assert.match(
    refuse({ ...burst, iteratons: 3 }),
    '`iteratons` does not exist here; did you mean "iterations"? allowed: ',
  );
  assert.throws(() => findScenario('burst100'), /no scenario "burst100"; did you mean "burst-100"\? allowed/);
});

test('a request function that is async is told so', () => {
  const { planRequest } = defineScenario({
    ...burst,
    request: async () => ({ path: '/' }),
  } as never) as Scenario;
  assert.throws(() => planRequest(() => 0, []), '`request` is async; it must return the request at once.');
});

test('a request function that depends on the clock, on chance or on its own count is refused', async () => {
  let count = 0;
  const own = () => {
    count += 1;
    return count;
  };
  for (const number of [Math.random, Date.now, own]) {
    const scenario = defineScenario({ ...burst, request: () => ({ path: `/${number()}` }) });
    const error = await assertRepeatable(scenario, []).catch((reason: Error) => reason);
    assert.match(String(error), 'two different requests from the same numbers and models: /');
  }
  for (const scenario of scenarios) {
    const model = { id: 'a', path: '/a', recordPath: '/r', sizeBytes: 9, digest: null };
    await assertRepeatable(scenario, [model]);
  }
});

test('a duration without a unit is refused, as k6 takes it for milliseconds', () => {
  assert.match(
    refuse({ ...burst, timeout: 1_000 }),
    'timeout is 1000; allowed: a text with units such as "30s"',
  );
  assert.match(refuse({ ...burst, timeout: '1000' }), 'timeout is "1000"; allowed: a text with units');
  assert.match(refuse({ ...burst, gracefulStop: 0 }), 'gracefulStop is 0; allowed: a text with units');
  const stages = [{ duration: 5, target: 1 }];
  assert.match(
    refuse({ name: 'x', executor: 'ramping-vus', stages }),
    'stages.0.duration is 5; allowed: a text',
  );
  const thresholds = [{ threshold: 'p(95)<1', delayAbortEval: 5 }];
  assert.match(refuse({ ...burst, thresholds }), 'thresholds.0.delayAbortEval is 5; allowed: a text');
});

test('a duration or a ramp of more than a day is refused, as a timer that long would fire at once', () => {
  const day = 'at most 24h';
  assert.match(refuse({ ...burst, timeout: '600h' }), 'timeout is "600h"; allowed: a text with units such as');
  assert.match(refuse({ ...burst, timeout: '600h' }), day);
  assert.match(refuse({ ...burst, maxDuration: '86400100ms' }), day);
  assert.match(refuse({ ...burst, gracefulStop: '25h' }), day);
  const stages = [
    { duration: '20h', target: 1 },
    { duration: '5h', target: 1 },
  ];
  assert.match(refuse({ name: 'x', executor: 'ramping-vus', stages }), 'stages that last at most 24h together');
  assert.is(defineScenario({ ...burst, maxDuration: '24h' }).maxDurationSeconds, 86_400);
});

for (const option of ['exec', 'env', 'startTime', 'batch', 'http', 'default', 'gracefulRampDown']) {
  test(`k6's ${option} is refused by name with what to do instead`, () => {
    assert.match(refuse({ ...burst, [option]: () => {} }), `\`${option}\` does not exist here: `);
  });
}

test('an option of another executor is refused by name with whose it is', () => {
  assert.match(
    refuse({ ...burst, rate: 3 }),
    /`rate` does not exist for per-vu-iterations: it belongs to constant-arrival-rate/,
  );
  assert.match(refuse({ ...burst, duration: '3s' }), /`duration` does not exist for .*belongs to constant-vus/);
});

test('an executor that there is not is refused with those that there are', () => {
  assert.match(
    refuse({ name: 'x', executor: 'externally-controlled' }),
    /"externally-controlled"; allowed: per-vu/,
  );
  assert.match(refuse({ name: 'x' }), /executor is missing/);
});

test('what k6 would take as a shortcut or in another place is refused with what to write instead', () => {
  assert.match(refuse({ name: 'x', vus: 3, duration: '3s' }), '`duration` alone means constant-vus in k6');
  assert.match(refuse({ name: 'x', executor: 'ramping-arrival-rate' }), 'use constant-arrival-rate');
  assert.match(refuse({ scenarios: { a: {} } }), '`scenarios` does not exist here: one scenario');
  assert.match(
    refuse(() => {}),
    'it is a function; allowed: an object with `name`, `executor` and so on: a scenario makes one declarative request',
  );
  assert.match(refuse({ ...burst, request: 'http.get("x")' }), 'allowed: { name, method, path, headers');
  assert.match(
    refuse({ ...burst, request: { path: '/', url: 'x' } }),
    '`request.url` does not exist here: the target is given',
  );
  assert.match(refuse({ ...burst, thresholds: { checks: 'rate==1' } }), 'allowed: a list of expressions such');
  assert.match(refuse({ ...burst, checks: { ok: () => true } }), 'checks.ok is a function; allowed: { header');
});

test('the least number of virtual users is told for what it is asked', () => {
  const stages = [{ duration: '1s', target: -1 }];
  assert.match(refuse({ name: 'x', executor: 'ramping-vus', stages }), 'users from 0 to 1000');
  assert.match(refuse({ ...burst, vus: 0 }), 'users from 1 to 1000');
});

test('what a request function returns is checked with its value and what is allowed', () => {
  const { planRequest } = defineScenario({ ...burst, request: () => ({ path: 'x y' }) });
  assert.throws(
    () => planRequest(() => 0, []),
    /request\.path is "x y"; allowed: a path that begins with "\/"/,
  );
});

test('the thresholds of the shipped scenarios can be read', () => {
  for (const { thresholds } of scenarios) assert.not.throws(() => parseThresholds(thresholds));
});

test('a request is checked down to its fields', () => {
  const message = refuse({
    ...burst,
    request: { path: 'x y', method: 'POST', body: 'b', headers: { Range: 'b' } },
  });
  assert.match(message, 'request.path is "x y"');
  assert.match(message, 'request.method is "POST"; allowed: "GET" or "HEAD"');
  assert.match(message, '`request.body` does not exist here: only GET');
  assert.match(
    refuse({ ...burst, request: { path: '/', headers: { 'x y': '1' } } }),
    'request.headers.x y is "1"; allowed: header names and values of printable ASCII',
  );
});

test('an expected type is a media type without parameters, compared in lower case', () => {
  const plan = (contentType: string) =>
    defineScenario({ ...burst, request: { path: '/', expect: { contentType } } }).planRequest(() => 0, []);
  assert.is(plan('Application/JSON').expect.contentType, 'application/json');
  assert.match(
    refuse({ ...burst, request: { path: '/', expect: { contentType: 'text/html; charset=utf-8' } } }),
    'contentType is "text/html; charset=utf-8"; allowed: a media type without parameters',
  );
});

test('thresholds are kept as they were written, listed or by metric', () => {
  const listed = defineScenario({ ...burst, thresholds: ['success_rate == 100'] });
  assert.is(listed.thresholds[0]?.metric, 'success_rate');
  const named = { latency: ['p(99)<300', { threshold: 'avg<1', abortOnFail: true, delayAbortEval: '10s' }] };
  assert.equal(defineScenario({ ...burst, thresholds: named }).thresholds, [
    { metric: 'latency', expression: 'p(99)<300', abortOnFail: false, delayAbortEvalSeconds: 0 },
    { metric: 'latency', expression: 'avg<1', abortOnFail: true, delayAbortEvalSeconds: 10 },
  ]);
});

test('a threshold on checks is refused where no checks are defined', () => {
  const allowed = 'allowed: nothing, as there are no `checks`';
  const thresholds = { checks: ['rate==1'] };
  assert.match(refuse({ ...burst, thresholds }), `thresholds.checks is "rate==1"; ${allowed}`);
  assert.match(refuse({ ...burst, thresholds: ['checks == 1'] }), allowed);
  const checks = { named: { header: 'x-served-by' } };
  assert.is(defineScenario({ ...burst, thresholds, checks }).thresholds.length, 1);
});

test('dropped iterations fail an arrival rate unless it says otherwise', () => {
  const rate = {
    name: 'r',
    executor: 'constant-arrival-rate',
    rate: 1,
    duration: '1s',
    preAllocatedVUs: 1,
  } as const;
  assert.is(defineScenario(rate).thresholds[0]?.expression, 'count==0');
  const own = { dropped_iterations: ['count<5'] };
  assert.is(defineScenario({ ...rate, thresholds: own }).thresholds.length, 1);
  assert.match(
    refuse({ ...rate, preAllocatedVUs: 5, maxVUs: 4 }),
    'maxVUs is 4; allowed: at least preAllocatedVUs',
  );
});

test('the shipped scenarios are found by name, and plan the same requests from the same numbers', () => {
  const names = 'burst-100 sustained-100 ramp zipf-500 metadata resume open-rate'.split(' ');
  assert.equal(
    scenarios.map(({ name }) => name),
    names,
  );
  const models = Array.from({ length: 500 }, (_, index) => ({
    id: `m${index}`,
    path: `/m${index}`,
    recordPath: `/r${index}`,
    sizeBytes: 1_000,
    digest: `sha256:${'a'.repeat(64)}`,
  }));
  for (const { planRequest } of scenarios) {
    assert.equal(
      planRequest(() => 0.3, models),
      planRequest(() => 0.3, models),
    );
  }
  assert.is(findScenario('zipf-500').planRequest(() => 0, models).path, '/m0');
  assert.is(findScenario('zipf-500').planRequest(() => 0.999_999, models).path, '/m499');
  assert.equal(findScenario('resume').planRequest(() => 0.5, models).range, { first: 500, last: 999 });
  assert.is(countMostVus(findScenario('ramp')), 200);
  assert.throws(() => findScenario('nope'), /no scenario "nope"; allowed: burst-100/);
});

test('a part is expected in its own length, unless the request leaves it open or expects another answer', () => {
  const expectedBytes = (expect: object) =>
    defineScenario({ ...burst, request: { path: '/a', range: { first: 10, last: 19 }, expect } }).planRequest(
      () => 0,
      [],
    ).expect.bytes;
  assert.is(expectedBytes({}), 10);
  assert.is(expectedBytes({ bytes: null }), null);
  assert.is(expectedBytes({ status: 416 }), null);
  assert.is(expectedBytes({ status: 416, bytes: 0 }), 0);
});

test('a rate beyond what one generator can count is refused, whatever its unit of time', () => {
  const open = { name: 'o', executor: 'constant-arrival-rate', duration: '1s', preAllocatedVUs: 1 } as const;
  assert.match(refuse({ ...open, rate: 1e9 }), 'rate is 1000000000; allowed: at most 100000 in a second');
  assert.match(
    refuse({ ...open, rate: 101, timeUnit: '1ms' }),
    'rate is 101; allowed: at most 100000 in a second',
  );
  assert.is(defineScenario({ ...open, rate: 6_000_000, timeUnit: '1m' }).rate, 6_000_000);
});

test('models are planned in order of their paths, however a registry lists them', () => {
  const models = ['/c', '/a', '/b'].map((path) => ({
    id: path.slice(1),
    path,
    recordPath: `${path}/record`,
    sizeBytes: 1,
    digest: null,
  }));
  const planPaths = (listed: typeof models) => {
    const plan = createPlanner(findScenario('zipf-500'), listed);
    return Array.from({ length: 50 }, () => plan(null).spec.path);
  };
  assert.equal(planPaths(models), planPaths(models.toReversed()));
  const counts = Map.groupBy(planPaths(models), (path) => path);
  assert.ok((counts.get('/a')?.length ?? 0) > (counts.get('/c')?.length ?? 0));
});

test('of each stretch of requests one is hashed, the first of all included, and nobody can tell which', () => {
  const sample = (digestSampleRate: number, count: number) => {
    const plan = createPlanner(defineScenario({ ...burst, request: { path: '/' }, digestSampleRate }), []);
    return Array.from({ length: count }, () => plan(null).isSampled);
  };
  const count = (sampled: readonly boolean[]) => sampled.filter(Boolean).length;
  const [one, other] = [sample(0.1, 1_000), sample(0.1, 1_000)];
  assert.is(one[0], true);
  for (let start = 0; start < 1_000; start += 10) assert.is(count(one.slice(start, start + 10)), 1);
  assert.not.equal(one, other);
  assert.is(count(sample(0.3, 1_000)), 300);
  assert.is(count(sample(1, 7)), 7);
  assert.is(count(sample(1e-9, 7)), 1);
  assert.is(count(sample(0, 7)), 0);
});

test('an override that means nothing to the executor is refused', () => {
  assert.throws(() => overrideScenario(findScenario('open-rate'), { iterations: 3 }), /has no `iterations`/);
  assert.is(countMostVus(overrideScenario(findScenario('burst-100'), { vus: 7 })), 7);
});

test.run();

function refuse(options: object): string {
  try {
    defineScenario(options as ScenarioOptions);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}
