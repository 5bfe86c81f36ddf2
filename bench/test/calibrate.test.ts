import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { createPlanner } from '../engine/plan-requests.ts';
import type { Calibrator } from '../measure/calibrator.ts';
import { describeCeiling } from '../measure/describe-ceiling.ts';
import { planCalibration } from '../measure/plan-calibration.ts';
import { startCalibrator } from '../measure/start-calibrator.ts';
import type { Listener } from '../measure/start-listener.ts';
import { startNullServer } from '../measure/start-null-server.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { burst100 } from '../scenarios/burst-100.ts';
import { metadata } from '../scenarios/metadata.ts';
import { openRate } from '../scenarios/open-rate.ts';
import { resume } from '../scenarios/resume.ts';
import { sustained100 } from '../scenarios/sustained-100.ts';
import { zipf500 } from '../scenarios/zipf-500.ts';
import { createMeasurement, generateBurst } from './burst-fixture.ts';

const models = [
  { id: 'a', path: '/a', recordPath: '/r', sizeBytes: 1_000_000, digest: `sha256:${'0'.repeat(64)}` },
];
const context = { calibrator: null as Calibrator | null, server: null as Listener | null };

const test = suite('calibrate');

test.before(async () => {
  context.calibrator = await startCalibrator();
  context.server = await startNullServer();
});

test.after(async () => {
  await context.calibrator?.stop();
  await context.server?.stop();
});

test('the null server sends as many bytes as were asked for, one request after the other', async () => {
  const { url } = context.server as Listener;
  for (const bytes of [0, 1, 262_144, 262_145, 3_000_001]) {
    const answer = await download(`${url}/bytes/${bytes}`);
    assert.equal(answer, { status: 200, announced: `${bytes}`, received: bytes });
  }
});

test('the null server cuts off who asks for anything else', async () => {
  const { url } = context.server as Listener;
  for (const path of ['/', '/bytes/', '/bytes/-1', '/bytes/1e3', '/bytes/99999999999999999']) {
    const error = await download(`${url}${path}`).catch((reason: Error) => reason);
    assert.instance(error, Error, path);
  }
});

test('a ceiling has the bytes and requests of a second, and what they cost', async () => {
  const burst = overrideScenario(burst100, { vus: 10, iterations: 3 });
  const ceiling = await (context.calibrator as Calibrator).measureCeiling(burst, models);
  assert.ok(ceiling.requests_per_second > 0);
  assert.ok(Math.abs(ceiling.bytes_per_second / ceiling.requests_per_second - 1_000_000) < 1);
  assert.ok((ceiling.cpu_seconds_per_gb ?? 0) > 0);
});

test('a ceiling is what was received when the time ends before the answers do', async () => {
  const endless = models.map((model) => ({ ...model, sizeBytes: 1e12 }));
  const burst = overrideScenario(burst100, { vus: 2 });
  const startedMs = performance.now();
  const ceiling = await (context.calibrator as Calibrator).measureCeiling(burst, endless);
  assert.ok(performance.now() - startedMs < 10_000);
  assert.ok(ceiling.bytes_per_second > 1e6);
  const figure = (ceiling.requests_per_second * 1e12) / ceiling.bytes_per_second;
  assert.ok(Math.abs(figure - 1) < 1e-9, 'requests and bytes are of the same answers');
});

test('a calibration that is stopped rejects with the reason', async () => {
  const stop = new AbortController();
  const measured = (context.calibrator as Calibrator).measureCeiling(sustained100, models, stop.signal);
  setTimeout(() => stop.abort(new Error('enough')), 100);
  const error = await measured.catch((reason: Error) => reason);
  assert.is((error as Error).message, 'enough');
});

test('a request that failed leaves no ceiling, one that the time limit cut does', () => {
  const burst = generateBurst();
  const change = (outcome: Attempt['outcome']) =>
    burst.map((attempt, index): Attempt => (index === 7 ? { ...attempt, outcome, error: 'why' } : attempt));
  assert.throws(() => describeCeiling(createMeasurement(change('aborted'))), 'ended as aborted: why');
  assert.ok(describeCeiling(createMeasurement(change('interrupted'))).bytes_per_second > 0);
  assert.throws(() => describeCeiling(createMeasurement([])), 'answered nothing');
});

test('a calibration asks for what its scenario expects, request by request, on as many virtual users', () => {
  const bytesOf = (scenario: Scenario, drawn = 0) =>
    planCalibration(scenario).planRequest(() => drawn, models).expect.bytes ?? -1;
  assert.is(bytesOf(burst100), 1_000_000);
  assert.is(bytesOf(metadata), 1_024);
  assert.is(bytesOf(resume, 0.25), 750_000);
  const burst = planCalibration(burst100);
  assert.is(burst.executor === 'per-vu-iterations' && burst.vus * burst.iterations, 100);
  const open = planCalibration(openRate);
  assert.is(open.executor === 'constant-vus' && open.vus, openRate.maxVus);
  assert.is(open.digestSampleRate, 0);
});

test('of several sizes the null server sends each as often as the load asks for it, and what was assumed is told', async () => {
  const sizes = [10, 2_000_000, 300].map((sizeBytes, index) => ({
    ...models[0],
    id: `m${index}`,
    path: `/m${index}`,
    recordPath: '/r',
    digest: null,
    sizeBytes,
  }));
  const zipf = overrideScenario(zipf500, { vus: 3, iterations: 60 });
  const plan = createPlanner(zipf, sizes);
  const planned = Array.from({ length: 60 }, () => plan(null).spec.expect.bytes ?? 0);
  const meanBytes = planned.reduce((sum, bytes) => sum + bytes, 0) / 60;
  const calibrator = context.calibrator as Calibrator;
  const ceiling = await calibrator.measureCeiling(zipf, sizes);
  assert.ok(Math.abs(ceiling.bytes_per_second / ceiling.requests_per_second - meanBytes) < 1);
  assert.is(ceiling.assumed_share, 0);
  const short = {
    ...metadata,
    executor: 'per-vu-iterations',
    vus: 2,
    iterations: 5,
    maxDurationSeconds: 9,
  } as const;
  assert.is((await calibrator.measureCeiling(short, sizes)).assumed_share, 1);
});

test('the null server is gone with its parent even when that is killed', async () => {
  const script = fileURLToPath(new URL('../measure/start-null-server.ts', import.meta.url));
  const parent = execa(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { startNullServer } = await import(${JSON.stringify(script)});
       console.log((await startNullServer()).url); setInterval(() => {}, 1e6);`,
    ],
    { reject: false, stdin: 'ignore' },
  );
  let url = '';
  for await (const line of createInterface({ input: parent.stdout })) {
    url = line;
    break;
  }
  assert.is((await download(`${url}/bytes/5`)).received, 5);
  parent.kill('SIGKILL');
  await parent;
  let isGone = false;
  for (let tries = 0; tries < 100 && !isGone; tries += 1) {
    isGone = await download(`${url}/bytes/5`).then(
      () => false,
      () => true,
    );
    if (!isGone) await sleep(50);
  }
  assert.ok(isGone);
});

test.run();

function download(url: string): Promise<{ status?: number; announced?: string; received: number }> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        resolve({
          ...(status ? { status } : {}),
          ...(headers['content-length'] ? { announced: headers['content-length'] } : {}),
          received,
        });
      });
    }).on('error', reject);
  });
}
