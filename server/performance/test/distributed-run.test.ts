import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLedger } from '../../../bench/index.ts';
import { nearestRank } from '../../../bench/metrics/distribution.ts';
import { decodeLatencyHistogram, mergeLatencyHistograms } from '../../../bench/metrics/latency-histogram.ts';
import { runDocumentKey, runPartKey } from '../../../contract/object-keys.ts';
import type { Launcher } from '../../launcher.ts';
import { createLocalLauncher } from '../local-launcher.ts';
import { decodePartHead } from '../runner/run-part.ts';
import { type DistributedFixture, heldRunner, openDistributed } from './support/open-distributed.ts';
import { trigger } from './support/service-client.ts';

const test = suite('distributed run');
let at: DistributedFixture;

test.before(async () => {
  at = await openDistributed();
});

test.after.each(() => at.reset());
test.after(() => at?.close());

test('four runners and 100 clients make exactly 100 requests, and their merged percentiles are those of the joined ledger', async () => {
  const service = await at.serve();
  const { run_id } = await trigger(service.url, { num_clients: 100, runner_tasks: 4 });
  const results = await at.waitUntilCompleted(run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.equal(results.verdict, { value: 'valid', reasons: [] });
  assert.is(results.metrics?.total_requests, 100);
  assert.is(results.metrics?.total_bytes, 10_000_000);

  const { runners, black_box, checks, white_box } = await at.readReport(run_id);
  assert.is(runners?.statement, '4 of 4 parts, requests reconciled');
  assert.is(white_box?.requests_completed, 100);
  assert.ok(checks.every(({ passed, total }) => passed === total));
  const shards = runners?.shards ?? [];
  assert.equal(
    shards.map(({ shard, clients, first_client, requests }) => [shard, clients, first_client, requests]),
    [
      [0, 25, 0, 25],
      [1, 25, 25, 25],
      [2, 25, 50, 25],
      [3, 25, 75, 25],
    ],
  );
  assert.is(new Set(shards.map(({ seed }) => seed)).size, 4);
  assert.ok(shards.some(({ start_offset_ms }) => start_offset_ms === 0));
  assert.ok((runners?.start_skew_ms ?? 9e9) < 2_000);

  const ledger = await at.stores.documents.read(runDocumentKey(run_id, 'ledger.json.gz'));
  const { attempts } = decodeLedger(ledger ?? Buffer.of());
  const clients = [...attempts].map(({ client }) => client);
  assert.equal(
    clients.toSorted((one, other) => one - other),
    Array.from({ length: 100 }, (_, index) => index),
  );
  const parts = await Promise.all(
    [0, 1, 2, 3].map((shard) => at.stores.documents.read(runPartKey(run_id, shard))),
  );
  const merged = mergeLatencyHistograms(
    parts.map((part) => decodeLatencyHistogram(decodePartHead(part ?? Buffer.of()).latency_histogram)),
  );
  assert.is(merged.totalCount, 100);
  const latencies = [...attempts]
    .map((one) => one.ended_ms - one.started_ms)
    .toSorted((one, other) => one - other);
  for (const percentile of [50, 90, 95, 99]) {
    const exact = nearestRank(Float64Array.from(latencies), percentile) ?? 0;
    const bucket = merged.getValueAtPercentile(percentile) / 1_000;
    assert.ok(Math.abs(bucket - exact) <= exact * 0.001 + 0.001, `p${percentile}: ${bucket} and ${exact}`);
  }
  assert.is(black_box.metrics.latency.p99_ms, nearestRank(Float64Array.from(latencies), 99));
});

test('a runner that starts late is waited for, and all begin together', async () => {
  const launcher = createLauncher();
  const service = await at.serve({
    launcher: {
      ...launcher,
      async launch(run) {
        await launcher.launch({ ...run, shards: 3 });
        setTimeout(() => void launcher.launch({ ...run, shards: 1 }), 2_500);
      },
    },
  });
  const { run_id } = await trigger(service.url, { num_clients: 10, runner_tasks: 4 });
  await at.assertWhole(run_id, 10);
  const { runners } = await at.readReport(run_id);
  assert.equal(
    runners?.shards.map(({ clients }) => clients),
    [3, 3, 2, 2],
  );
  assert.ok((runners?.start_skew_ms ?? 9e9) < 2_000, `${runners?.start_skew_ms}`);
});

test('a runner that is started twice finds no shard, and every request is counted once', async () => {
  const launcher = createLauncher();
  const service = await at.serve({
    launcher: { ...launcher, launch: (run) => launcher.launch({ ...run, shards: run.shards + 1 }) },
  });
  const { run_id } = await trigger(service.url, { num_clients: 8, runner_tasks: 4 });
  await at.assertWhole(run_id, 8);
});

function createLauncher(): Launcher {
  return createLocalLauncher({
    runnerPath: heldRunner,
    environment: { ...process.env, ...at.stores.env },
    readTargetUrl: () => at.findUrl(),
  });
}

test.run();
