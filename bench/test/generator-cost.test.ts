import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureGeneratorCost } from '../engine/cost/generator-cost.ts';
import { parseMachineTimes } from '../engine/cost/machine-times.ts';
import { findRunQueueWait, parsePressure, parseSchedstat } from '../engine/cost/run-queue-times.ts';

const test = suite('generator cost');

test("the machine's times are those of all cores, waiting for a disk is idle, guests are not counted twice", () => {
  const stat = 'cpu  1000 20 300 5000 40 6 70 800 900 10\ncpu0 500 10 150 2500 20 3 35 400 450 5\nintr 1\n';
  assert.equal(parseMachineTimes(stat), { totalSeconds: 72.36, idleSeconds: 50.4, stolenSeconds: 8 });
  assert.is(parseMachineTimes('cpu  1 2 3\n'), null);
  assert.is(parseMachineTimes(''), null);
});

test('waiting is read from schedstat in nanoseconds and from the pressure of the CPU in microseconds', () => {
  assert.is(parseSchedstat('1018713331 1424000000 18\n'), 1.424);
  assert.is(parseSchedstat('denied'), null);
  const pressure =
    'some avg10=4.95 avg60=14.10 avg300=12.98 total=5325507614\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n';
  assert.is(parsePressure(pressure), 5325.507614);
  assert.is(parsePressure(''), null);
});

test('of two waits the greater share counts, and none is told where none was read', () => {
  const before = { ownSeconds: 1, machineSeconds: 10 };
  assert.is(findRunQueueWait(before, { ownSeconds: 2, machineSeconds: 15 }, 10), 0.5);
  assert.is(findRunQueueWait(before, { ownSeconds: 2, machineSeconds: null }, 10), 0.1);
  assert.is(findRunQueueWait({ ownSeconds: null, machineSeconds: null }, before, 10), null);
});

test('a busy loop costs the CPU time and the turn that it takes', () => {
  const finish = measureGeneratorCost();
  const until = performance.now() + 200;
  while (performance.now() < until);
  const cost = finish();
  assert.ok(cost.wallSeconds >= 0.2);
  assert.ok(cost.cpuSeconds > 0.02 && cost.cpuSeconds < cost.wallSeconds * 2);
  assert.ok(cost.machineSeconds > 0);
  assert.ok(cost.othersSeconds >= 0);
});

test.run();
