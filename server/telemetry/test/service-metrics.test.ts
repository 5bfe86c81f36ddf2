import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../../contract/routes.ts';
import { type PhaseTimes, phases } from '../../../contract/telemetry.ts';
import { createServiceMetrics } from '../service-metrics.ts';

const test = suite('service metrics');
const none = Object.fromEntries(phases.map((phase) => [phase, 0])) as PhaseTimes;
const noLoad = { s3Pool: { active: 3, queued: 7, limit: 10 }, admission: null };

const cacheUse = {
  limitBytes: 1_000,
  usedBytes: 700,
  artifacts: 3,
  fills: 1,
  hits: 40,
  joined: 9,
  misses: 5,
  bypassed: 2,
  evictions: 1,
  fillsKept: 4,
  fillsFailed: 1,
};

const download = {
  method: 'GET',
  route: routes.download,
  status: 200,
  residenceMs: 1_500,
  phases: { ...none, s3_body: 1_200, metadata: 20 },
  bodyBytes: 24_834_009,
};

test('every family has help, a type and a name with its unit, as promtool asks for', async () => {
  const text = await renderAfter([download]);
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({
    name,
    type,
  }));
  assert.ok(names.length > 20);
  for (const { name, type } of names) {
    assert.match(text, new RegExp(`^# HELP ${name} \\S`, 'm'), name);
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.not.match(name, /_(ms|milliseconds|minutes|kb|mb)(_|$)/, `${name}: base units`);
    if (type === 'counter') assert.match(name, /_total$/, name);
    else assert.not.match(name, /_total$/, name);
    if (type !== 'histogram') assert.not.match(name, /_(count|sum|bucket)$/, name);
  }
  assert.is(new Set(names.map(({ name }) => name)).size, names.length, 'no family twice');
});

test('requests are counted by route, and their phases in seconds', async () => {
  const text = await renderAfter([download, { ...download, status: 206, bodyBytes: 1 }]);
  const path = `route="${routes.download}"`;
  assert.match(text, `modelrig_http_requests_total{method="GET",${path},code="200"} 1`);
  assert.match(text, `modelrig_http_response_body_bytes_total{${path}} 24834010`);
  assert.match(text, `modelrig_http_request_duration_seconds_sum{${path}} 3`);
  assert.match(text, 'modelrig_download_phase_duration_seconds_sum{phase="s3_body"} 2.4');
  assert.not.match(text, 'phase="admission"');
  assert.match(text, 'modelrig_s3_connections{state="queued"} 7');
  assert.match(text, 'modelrig_s3_connections_limit 10');
});

test('a limit that the strategy does not have is left out, not told as no number', async () => {
  const text = await renderAfter([]);
  assert.match(text, '# TYPE modelrig_admission_places_limit gauge');
  assert.not.match(text, /^modelrig_admission_places/m);
  assert.equal(text.match(/^modelrig_.* nan$/gim), null);
});

test('the cache tells its memory, and how downloads found it', async () => {
  const text = await renderAfter([]);
  for (const line of [
    'bytes 700',
    'limit_bytes 1000',
    'artifacts 3',
    'fills 1',
    'requests_total{result="hit"} 40',
    'requests_total{result="joined"} 9',
    'requests_total{result="miss"} 5',
    'requests_total{result="bypassed"} 2',
    'ended_fills_total{result="kept"} 4',
    'ended_fills_total{result="failed"} 1',
    'evictions_total 1',
  ]) {
    assert.ok(text.split('\n').includes(`modelrig_cache_${line}`), line);
  }
});

test('phases are those of downloads: no upload is among them, although it has the same path', async () => {
  const text = await renderAfter([{ ...download, method: 'PUT', status: 201 }]);
  assert.match(text, 'method="PUT"');
  assert.not.match(text, 'modelrig_download_phase_duration_seconds_sum');
});

test('labels stay few, whatever callers invent', async () => {
  const invented = Array.from({ length: 500 }, (_, index) => ({
    ...download,
    method: `BREW${index}`,
    route: null,
    status: 404,
  }));
  const text = await renderAfter(invented);
  const series = text.split('\n').filter((line) => line.startsWith('modelrig_http_requests_total'));
  assert.equal(series, ['modelrig_http_requests_total{method="other",route="none",code="404"} 500']);
});

function renderAfter(
  requests: readonly (typeof download | (Omit<typeof download, 'route'> & { route: null }))[],
) {
  const metrics = createServiceMetrics(
    () => noLoad,
    () => cacheUse,
  );
  for (const request of requests) metrics.record(request);
  return metrics.render();
}

test.run();
