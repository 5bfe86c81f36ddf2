import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from '../ask.ts';
import { findUnexplained } from '../explain-log.ts';
import { type FaultKind, faultKinds, listFaultsOf, type StoreFault } from '../fault-kinds.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { planFaults, planServiceKills } from '../plan-faults.ts';
import { Strikes, settlingMs } from '../strikes.ts';

const test = suite('faults of a soak');
const noRuns: ReadonlySet<string> = new Set();
const bytes = Buffer.alloc(500_000, 'weights');
const object = '/models/performance/m/main/1/model.zip';
let store: Server;
let proxy: FaultProxy;
let strikes: Strikes;
let done = 0;

test.before(async () => {
  store = createServer((req, res) => {
    req.resume();
    if (req.method === 'POST') done += 1;
    res.end(req.method === 'POST' ? '{}' : bytes);
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const targetUrl = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
  strikes = new Strikes();
  proxy = await startFaultProxy({ targetUrl, artifactsBucket: 'models', random: () => 0.5, strikes });
});

test.after(async () => {
  await proxy?.close();
  store?.closeAllConnections();
  store?.close();
});

test.after.each(() => proxy.heal());

test('without a fault all passes, and after one it does again', async () => {
  const good = await get();
  assert.is(good.bodyBytes, bytes.length);
  for (const kind of ['s3-refuses', 's3-slow-down', 's3-closes', 's3-flips', 's3-shortens'] as const) {
    await proxy.strike({ kind, share: 1 });
    const bad = await get();
    assert.ok(bad.end !== 'whole' || bad.bodyDigest !== good.bodyDigest, kind);
    await proxy.heal();
    assert.is((await get()).bodyDigest, good.bodyDigest, kind);
    assert.ok((strikes.count().get(kind) ?? 0) > 0, kind);
    const nowMs = performance.now() + settlingMs + 10_000;
    assert.not(strikes.lasted([kind], { startedMs: nowMs, endedMs: nowMs }), `${kind} goes on`);
  }
});

test('a flipped byte and a shorter object are whole answers, a close is a cut one', async () => {
  const { bodyDigest } = await get();
  await proxy.strike({ kind: 's3-flips', share: 1 });
  const flipped = await get();
  assert.is(flipped.end, 'whole');
  assert.is(flipped.bodyBytes, bytes.length);
  assert.is.not(flipped.bodyDigest, bodyDigest);
  await proxy.strike({ kind: 's3-shortens', share: 1 });
  const shorter = await get();
  assert.is(shorter.end, 'whole');
  assert.is(shorter.bodyBytes, bytes.length / 2);
  await proxy.strike({ kind: 's3-closes', share: 1 });
  const closed = await get();
  assert.is(closed.end, 'cut');
  assert.ok(closed.bodyBytes <= bytes.length / 2);
});

test('an answer that stalls comes to no end, and holds its connection until its client leaves', async () => {
  await proxy.strike({ kind: 's3-stalls', share: 1 });
  const asking = ask({ url: proxy.url, path: object, leaveAfterMs: 500 });
  assert.is((await asking).end, 'left');
});

test('parts of artifacts, and documents, are never spoilt: who reads them has nothing to hold them against', async () => {
  const { bodyDigest } = await get();
  for (const kind of ['s3-flips', 's3-shortens'] as const) {
    await proxy.strike({ kind, share: 1 });
    assert.is((await ask({ url: proxy.url, path: '/runs/runs/1/report.json' })).bodyDigest, bodyDigest);
    const headers = { range: 'bytes=0-9' };
    assert.is((await ask({ url: proxy.url, path: object, headers })).bodyDigest, bodyDigest);
  }
});

test('an answer of DynamoDB that is lost is of something that was done', async () => {
  await proxy.strike({ kind: 'dynamodb-loses', share: 1 });
  const before = done;
  const answer = await ask({ url: proxy.url, method: 'POST', path: '/', body: Buffer.from('{}') });
  assert.is(answer.end, 'cut');
  assert.is(answer.status, 0);
  assert.is(done, before + 1);
});

test('the same seed plans the same faults, another one others; each kind strikes within a minute, and all have ended by then', () => {
  for (const name of ['s3', 'dynamodb'] as const) {
    const plan = planFaults(7, name, 60_000);
    assert.equal(plan, planFaults(7, name, 60_000));
    assert.not.equal(plan, planFaults(8, name, 60_000));
    const kinds = new Set<StoreFault>(plan.map(({ kind }) => kind));
    assert.equal([...kinds].sort(), [...listFaultsOf(name)].sort());
    for (const [index, { startMs, endMs }] of plan.entries()) {
      assert.ok(startMs > (plan[index - 1]?.endMs ?? 0));
      assert.ok(endMs <= 60_000);
    }
  }
});

test('the service is killed at least once, and lives undisturbed for the last three fifths', () => {
  for (const minutes of [0.2, 1, 30]) {
    const kills = planServiceKills(7, minutes * 60_000);
    assert.ok(kills.length > 0);
    assert.ok(Math.max(...kills) <= 0.4 * minutes * 60_000);
  }
});

test('a line is explained while a fault lasts and shortly after, by no other one, and an error of the program by none at all', () => {
  const flips = JSON.stringify({
    msg: 'x',
    err: { message: "S3's bytes have the digest sha256:1; their record says sha256:2.", stack: '' },
  });
  const struck = new Strikes();
  struck.begin('s3-refuses', 0);
  struck.begin('s3-flips', 1_000)(2_000);
  const lastMs = 2_000 + settlingMs;
  const find = (atMs: number) => findUnexplained([{ atMs, text: flips }], struck, noRuns).length;
  assert.equal([999, 1_000, lastMs, lastMs + 1].map(find), [1, 0, 0, 1]);
  const everything = describeEverything();
  const bugs = [
    JSON.stringify({ msg: 'x', err: { type: 'TypeError', message: 'x is undefined', stack: '' } }),
    JSON.stringify({ msg: 'Something that is no error was thrown.' }),
    'The service ended by itself with exit code 1.',
    'Error: unhandled',
  ].map((text) => ({ atMs: 5, text }));
  assert.is(findUnexplained(bugs, everything, noRuns).length, bugs.length);
});

test('a runner may say that its run was cancelled only of one that the soak cancelled, whatever fault lasts', () => {
  const reasons = [
    'The run was cancelled.',
    'The run was cancelled before it began.',
    'The run is cancelled; it was ended before its load began.',
    'The run is cancelled; it was ended from outside.',
    'The run is cancelled and has no free shard.',
  ];
  assert.equal(findReasons(reasons, new Strikes(), ['r1']), []);
  assert.equal(findReasons(reasons, new Strikes(), ['r2', 'r', 'r11']), reasons);
  assert.equal(findReasons(reasons, describeEverything(), []), reasons);
});

test('a runner may say that its run was ended without it only after what ends runs, and never that one outlived its hard deadline', () => {
  const reasons = [
    'The run is failed; it was ended from outside.',
    'The run is failed; it was ended before its load began.',
    'The run is failed; others ended it.',
    'The run is completed and has no free shard.',
    'The run is started and has no free shard.',
    'The run was ended from outside while its report was written.',
  ];
  for (const kind of ['service-killed', 'dynamodb-away', 'dynamodb-stalls', 'dynamodb-loses'] as const) {
    const strikes = new Strikes();
    strikes.begin(kind, 0)(1_000);
    assert.equal(findReasons(reasons, strikes, [], 100_000), [], kind);
    assert.equal(findReasons(reasons, strikes, [], 200_000), reasons, kind);
  }
  assert.equal(findReasons(reasons, new Strikes(), []), reasons);
  const [last = ''] = reasons.slice(-1);
  assert.equal(findReasons([last], new Strikes(), ['r1']), []);
  const never = [
    'The run was still active at its hard deadline, 2026-01-01T00:00:00.000Z.',
    'The run is started; it was ended from outside.',
    'no request could be sent alone: x',
  ];
  assert.equal(findReasons(never, describeEverything(), ['r1']), never);
});

test('a document that S3 did not give is explained by a fault that strikes documents, and by no other one', () => {
  const reasons = [
    'S3 broke off a document: check that it is up and the way to it (network, AWS_REGION, AWS_ENDPOINT_URL).',
    'S3 gave no answer within 5000 ms: check that it is up and the way to it.',
  ];
  for (const kind of ['s3-refuses', 's3-stalls', 's3-closes'] as const) {
    const struck = new Strikes();
    struck.begin(kind, 0);
    assert.equal(findReasons(reasons, struck, []), [], kind);
  }
  const others = new Strikes();
  for (const kind of ['s3-flips', 's3-shortens', 'dynamodb-away', 'runner-killed'] as const)
    others.begin(kind, 0);
  assert.equal(findReasons(reasons, others, []), reasons);
});

test('a calibration may miss its time on a busy machine, and fail for no other reason', () => {
  const find = (reason: string) =>
    findUnexplained(
      [{ atMs: 5, text: JSON.stringify({ msg: `Run r1 is not calibrated: ${reason}` }) }],
      describeEverything(),
      noRuns,
    ).length;
  assert.is(find('The operation was aborted due to timeout'), 0);
  assert.is(find('The calibration failed: the null server answered nothing within its time.'), 0);
  assert.is(find('The calibration failed: a request to the null server ended as aborted: x.'), 1);
});

test('a strike on an object is known by the key of that object', async () => {
  await proxy.strike({ kind: 's3-closes', share: 1 });
  const answered = await get();
  const struck = (prefix: string) => strikes.lasted(['s3-closes'], answered, settlingMs, prefix);
  assert.ok(struck('performance/m/main/'));
  assert.not(struck('performance/m/v1/'));
  assert.not(struck('performance/other/main/'));
});

test.run();

function describeEverything(): Strikes {
  const everything = new Strikes();
  for (const kind of Object.keys(faultKinds) as FaultKind[]) everything.begin(kind, 0);
  return everything;
}

/** What of these reasons, said by the runner of the run `r1`, is not explained. */
function findReasons(
  reasons: readonly string[],
  strikes: Strikes,
  cancelled: readonly string[],
  atMs = 5,
): string[] {
  const lines = reasons.map((reason) => ({ atMs, text: JSON.stringify({ msg: `Run r1: ${reason}` }) }));
  return findUnexplained(lines, strikes, new Set(cancelled)).map((told) => told.replace('Run r1: ', ''));
}

function get() {
  return ask({ url: proxy.url, path: object });
}
