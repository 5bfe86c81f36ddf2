import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { applyWorkload, type Calibrator } from '../../../../bench/index.ts';
import { defaultWorkload } from '../../../../contract/workload.ts';
import { makeRun } from '../../test/support/make-run.ts';
import { calibrateRun } from '../calibrate-run.ts';
import type { RunnerContext } from '../runner-context.ts';

const test = suite('calibrate run');
const plan = { scenario: applyWorkload(defaultWorkload), models: [], target: null };
const ceiling = { bytes_per_second: 1e9, requests_per_second: 100, cpu_seconds_per_gb: 0.2 };
const untilAborted: Calibrator['measureCeiling'] = async (_scenario, _models, signal) => {
  while (!signal?.aborted) await sleep(10);
  throw signal.reason;
};

test('one calibrator measures before and after, and is stopped once', async () => {
  const made = makeCalibration({ measureCeiling: async () => ceiling });
  assert.equal(await made.calibration.measureBefore(), ceiling);
  assert.equal(await made.calibration.measureAfter(), ceiling);
  await made.calibration.stop();
  assert.is(made.starts(), 1);
  assert.is(made.stops(), 1);
  assert.equal(made.warnings, []);
});

test('a calibrator that does not start is warned of and tried again after the load', async () => {
  let isBroken = true;
  const made = makeCalibration({ measureCeiling: async () => ceiling }, async () => {
    if (isBroken) throw new Error('no more processes');
  });
  assert.is(await made.calibration.measureBefore(), null);
  assert.match(made.warnings[0] ?? '', /is not calibrated: no more processes/);
  isBroken = false;
  assert.equal(await made.calibration.measureAfter(), ceiling);
});

test('a measurement that does not end takes at most half of what is left to launch, and is null', async () => {
  const made = makeCalibration({ measureCeiling: untilAborted }, async () => {}, 1);
  const startMs = performance.now();
  assert.is(await made.calibration.measureBefore(), null);
  assert.ok(performance.now() - startMs < 900);
  assert.is(made.stops(), 1);
  assert.match(made.warnings[0] ?? '', /timeout/i);
});

test("a run that is cancelled while it is calibrated ends at once with the cancel's reason", async () => {
  const made = makeCalibration({ measureCeiling: untilAborted });
  const measuring = made.calibration.measureBefore().then(
    () => null,
    (error: unknown) => error,
  );
  const startMs = performance.now();
  made.controller.abort(new Error('cancelled'));
  assert.is((await measuring) as Error, made.controller.signal.reason);
  assert.ok(performance.now() - startMs < 900);
  assert.equal(made.warnings, []);
});

function makeCalibration(
  behaviour: Pick<Calibrator, 'measureCeiling'>,
  prepare: () => Promise<void> = async () => {},
  launchTimeoutSeconds = 20,
) {
  const warnings: string[] = [];
  const controller = new AbortController();
  let starts = 0;
  let stops = 0;
  const context: Pick<RunnerContext, 'startCalibrator' | 'warn' | 'launchTimeoutSeconds'> = {
    launchTimeoutSeconds,
    warn: (message) => warnings.push(message),
    async startCalibrator() {
      starts += 1;
      await prepare();
      return {
        ...behaviour,
        async stop() {
          stops += 1;
        },
      };
    },
  };
  const calibration = calibrateRun(context, makeRun(), plan, controller.signal);
  return { calibration, controller, warnings, starts: () => starts, stops: () => stops };
}

test.run();
