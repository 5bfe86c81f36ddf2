import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attribution, StoreUse } from '../../contract/attribution.ts';
import type { Attempt } from '../../contract/ledger.ts';
import type { Generator } from '../../contract/report.ts';
import {
  type InstanceTelemetry,
  type PhaseTimes,
  phases,
  type RequestPhases,
} from '../../contract/telemetry.ts';
import { attribute } from '../attribution/attribute.ts';
import { decomposeRequests } from '../attribution/decompose-requests.ts';
import { checkResidence, checkStore } from '../report/check-white-box.ts';
import { createMeasurement, describeInstance, generateBurst, generator } from './burst-fixture.ts';

const test = suite('attribution');
const sizeBytes = 4_000_000;
const alone: Partial<PhaseTimes> = { metadata: 3, s3_first_byte: 30, s3_body: 200, moving: 5 };

interface Story {
  /** Of each request, in the service. */
  readonly load: Partial<PhaseTimes>;
  readonly beforeMs?: number;
  readonly afterMs?: number;
  readonly alone?: Partial<PhaseTimes> | null;
  readonly instance?: Partial<InstanceTelemetry>;
  readonly delivery?: string;
  readonly store?: StoreUse | null;
  readonly machine?: Partial<Generator>;
  readonly isServiceBeside?: boolean;
}

const quiet = { active_seconds: 10, loop_cpu_seconds: 1, loop_wait_seconds: 0.1, event_loop_utilization: 0.12 };

test('a request that takes under load what it takes alone accuses nobody', () => {
  const { verdict, suspects } = tell({ load: alone });
  assert.is(verdict, 'none');
  assert.equal(suspects, []);
});

test('the parts add up to what the client waited, and what nobody can name is said', () => {
  const { parts, mean_ms, unexplained_median_share } = tell({
    load: { ...alone, handling: 12 },
    beforeMs: 40,
    afterMs: 7,
  });
  const sum = parts.reduce((total, { mean_ms: ms }) => total + ms, 0);
  assert.ok(Math.abs(sum - mean_ms) < 1e-6);
  const of = (name: string) => parts.find(({ part }) => part === name)?.mean_ms ?? 0;
  assert.ok(Math.abs(of('before_server') - 40) < 1e-6);
  assert.ok(Math.abs(of('after_server') - 7) < 1e-6);
  assert.ok(Math.abs(of('unexplained') - 12) < 1e-6);
  assert.ok(Math.abs(unexplained_median_share - 12 / mean_ms) < 1e-6);
});

test('a small pool is accused where its connections are as fast as one alone', () => {
  accuses({ load: { ...alone, s3_pool: 2_000 } }, ['s3_pool']);
});

test('a pool is not blamed where its connections share a bandwidth: that is', () => {
  accuses({ load: { ...alone, s3_pool: 2_000, s3_body: 1_500 } }, ['s3_bandwidth']);
});

test('S3 is not accused by the word of the service alone', () => {
  const slow = { ...alone, s3_first_byte: 1_500 };
  const says = (firstByteMs: number) => ({ ...store, first_byte_ms: firstByteMs * store.answers });
  accuses({ load: slow, alone: slow, store: says(1_480) }, ['s3_first_byte']);
  for (const other of [says(20), null]) {
    const { verdict, suspects, reason } = tell({ load: slow, alone: slow, store: other });
    assert.is(verdict, 'unknown');
    assert.equal(suspects, []);
    assert.match(reason, "by the service's word alone");
  }
  const capped = tell({ load: { ...alone, s3_body: 1_500 }, store: { ...store, own_wait_ms: 0 } });
  assert.is(capped.verdict, 'unknown');
});

test('a body that is somewhat slower than alone is not what a request waits for, where something else is', () => {
  const slow = { ...alone, s3_first_byte: 1_000 };
  const said = { ...store, first_byte_ms: 990 * store.answers };
  accuses({ load: { ...slow, s3_body: 380 }, alone: slow, store: said }, ['s3_first_byte']);
});

test('few places are accused where downloads in them are as fast as alone', () => {
  accuses({ load: { ...alone, admission: 1_500 } }, ['admission']);
  accuses({ load: { ...alone, admission: 3_000, s3_pool: 800 } }, ['s3_pool']);
});

test('a queue that holds less than half of the time is accused where it holds most of what a request takes longer than alone', () => {
  accuses({ load: { ...alone, admission: 200 } }, ['admission']);
});

test('a loop that stands still is accused before any wait that contains it', () => {
  const instance = { ...quiet, event_loop_utilization: 0.99, event_loop_delay_max_ms: 900 };
  accuses({ load: { ...alone, s3_body: 1_000, event_loop: 2_000 }, beforeMs: 1_500, instance }, ['event_loop']);
});

test('a thread that computes, or waits for a core, is the CPU, whatever its waits look like', () => {
  const load = { ...alone, s3_body: 3_000 };
  const busy = { ...quiet, event_loop_utilization: 0.98, loop_cpu_seconds: 9.5, loop_wait_seconds: 0.2 };
  accuses({ load, instance: busy }, ['cpu']);
  accuses({ load, instance: { ...busy, loop_cpu_seconds: 4, loop_wait_seconds: 5.5 } }, ['cpu']);
  const starved = tell({ load, instance: { ...busy, loop_cpu_seconds: 0.9, loop_wait_seconds: 8.6 } });
  assert.is(starved.verdict, 'unknown');
  assert.match(starved.reason, 'computed for 9 % of the time and waited for a core for 86 %');
});

test('a busy thread is no excuse for clients that take their time after everything was handed on', () => {
  const busy = { ...quiet, event_loop_utilization: 0.98, loop_cpu_seconds: 9.5 };
  accuses({ load: alone, afterMs: 2_000, instance: busy }, ['clients']);
});

test('where other processes had the cores, neither the CPU of the service nor clients and their network are accused', () => {
  const busy = { ...quiet, event_loop_utilization: 0.98, loop_cpu_seconds: 4, loop_wait_seconds: 5.5 };
  const slow = { load: { ...alone, client_body: 2_000 } };
  const others = /other processes used 43 % of the cores: quiet the machine and repeat/;
  for (const story of [slow, { load: { ...alone, s3_body: 3_000 }, instance: busy }]) {
    const { verdict, suspects, reason } = tell({ ...story, machine: { foreign_share: 0.43 } });
    assert.is(verdict, 'unknown');
    assert.equal(suspects, []);
    assert.match(reason, others);
    const bound = tell({ ...story, machine: { foreign_share: null, foreign_share_at_most: 0.43 } });
    assert.match(bound.reason, 'other processes (the embedded DynamoDB among them) used 43 % of the cores');
    for (const machine of [{ foreign_share: 0.05 }, { foreign_share: null, foreign_share_at_most: 0.2 }]) {
      assert.is(tell({ ...story, machine }).verdict, 'suspect');
    }
  }
  const stolen = tell({ ...slow, machine: { foreign_share: 0.43, stolen_share: 0.3 } });
  assert.match(stolen.reason, 'other processes and other machines of this host used 43 %');
});

test('a thread that computes all the time, slow metadata, and a service on a machine of its own, are accused whoever else has cores', () => {
  const machine = { foreign_share: 0.43 };
  const busy = { ...quiet, event_loop_utilization: 0.98, loop_cpu_seconds: 9.5, loop_wait_seconds: 0.2 };
  accuses({ load: { ...alone, s3_body: 3_000 }, instance: busy, machine }, ['cpu']);
  accuses({ load: { ...alone, metadata: 2_000, client_body: 600 }, machine }, ['metadata']);
  const elsewhere = { ...busy, loop_cpu_seconds: 4, loop_wait_seconds: 5.5 };
  accuses({ load: { ...alone, s3_body: 3_000 }, instance: elsewhere, machine, isServiceBeside: false }, [
    'cpu',
  ]);
});

test('where the system does not tell who waited for a core, a loop that did not compute is not said to stand still', () => {
  const instance = { ...quiet, event_loop_utilization: 0.99, loop_wait_seconds: null };
  const { verdict, suspects, reason } = tell({ load: { ...alone, s3_body: 1_000 }, instance });
  assert.equal(suspects, []);
  assert.is(verdict, 'unknown');
  assert.match(reason, 'waited for a core');
  accuses({ load: { ...alone, event_loop: 2_000 }, instance }, ['event_loop']);
});

test('a blocking read that no other request waits for accuses nobody, although the loop stands still', () => {
  const instance = { ...quiet, event_loop_utilization: 0.99 };
  assert.is(tell({ load: alone, delivery: 'blocking', instance }).verdict, 'none');
  accuses({ load: alone, instance }, ['event_loop']);
  accuses({ load: { ...alone, event_loop: 2_000 }, delivery: 'blocking', instance }, ['event_loop']);
});

test('an instance that hardly got a request accuses nobody of being busy for a moment', () => {
  const input = describe({ load: alone });
  const [instance] = input.instances;
  if (!instance) throw new Error('no instance');
  const glimpsed = {
    ...instance,
    ...{ instance_id: 'other', requests_started: 1, requests: null, alone: null },
    ...{ active_seconds: 0.01, loop_cpu_seconds: 0.0095, loop_wait_seconds: 0, event_loop_utilization: 0.98 },
  };
  const told = attribute({ ...input, instances: [instance, glimpsed] })?.attribution;
  assert.is(told?.verdict, 'none');
  const [loop] = told?.use ?? [];
  assert.is(loop?.utilization, quiet.event_loop_utilization);
});

test('requests that took no time accuse nobody', () => {
  const input = describe({ load: {}, alone: {} });
  const timeless = (attempts: Iterable<Attempt>) =>
    [...attempts].map((one) => ({ ...one, connected_ms: 0, first_byte_ms: 0, ended_ms: 0 }));
  const told = attribute({ ...input, attempts: timeless(input.attempts), alone: timeless(input.alone) });
  assert.equal(told?.attribution.suspects, []);
  assert.is(told?.attribution.verdict, 'unknown');
});

test('slow metadata and slow clients are named together', () => {
  accuses({ load: { ...alone, metadata: 900, client_body: 1_200 }, alone: { ...alone, metadata: 880 } }, [
    'metadata',
    'clients',
  ]);
});

test('of a small pool before an S3 that is slow to its first byte both are named', () => {
  const slow = { ...alone, s3_first_byte: 900 };
  const said = { ...store, first_byte_ms: 890 * store.answers };
  accuses({ load: { ...slow, s3_pool: 2_500 }, alone: slow, store: said }, ['s3_pool', 's3_first_byte']);
});

test('without a request alone a queue cannot be told from what is behind it', () => {
  assert.is(tell({ load: { ...alone, s3_pool: 2_000 }, alone: null }).verdict, 'unknown');
});

test('of very many requests those that the service drew are enough, whatever the others ended as', () => {
  const { joined, suspects } = tell({ load: { ...alone, s3_pool: 2_000 } }, (rows) => ({
    ...dropOdd(rows),
    requests: 20,
  }));
  assert.is(joined, 10);
  assert.is(suspects[0]?.resource, 's3_pool');
});

test('with half of the requests not joined nobody is accused', () => {
  const { verdict, reason } = tell({ load: { ...alone, s3_pool: 2_000 } }, (rows) => ({
    ...rows,
    request_id: rows.request_id.map((id, index) => (index % 2 ? id : `other.${index}`)),
  }));
  assert.is(verdict, 'unknown');
  assert.match(reason, 'could be joined');
});

test('a request longer in the service than at its client, or with phases that do not add up, fails the check', () => {
  const check = (change?: (rows: RequestPhases) => RequestPhases) => {
    const told = attribute(describe({ load: alone }, change));
    if (!told) throw new Error('nothing was joined');
    return checkResidence(told.evidence, { ...generator, timestamp_uncertainty_ms: 1 });
  };
  assert.is(check().passed, check().total);
  const longer = check((rows) => ({
    ...rows,
    residence_ms: rows.residence_ms.map((ms) => ms + 500),
    phases: { ...rows.phases, s3_body: rows.phases.s3_body.map((ms) => ms + 500) },
  }));
  assert.is(longer.passed, 0);
  assert.match(longer.example ?? '', 'its client waited');
  const loose = check((rows) => ({
    ...rows,
    phases: { ...rows.phases, s3_body: rows.phases.s3_body.map((ms) => ms * 3) },
  }));
  assert.match(loose.example ?? '', 'add up to');
});

test('a request that its client gave up may be longer in the service, for that hears of it later', () => {
  const [one] = [{ requestId: 'a.0', latencyMs: 1_000, residenceMs: 1_420, phasesMs: 1_420, bodyBytes: 0 }];
  const judge = (isTimedOut: boolean) => {
    const evidence = { requests: [{ ...one, isTimedOut }], loop: null } as unknown as Parameters<
      typeof checkResidence
    >[0];
    return checkResidence(evidence, { ...generator, timestamp_uncertainty_ms: 1 }).passed;
  };
  assert.is(judge(true), 1);
  assert.is(judge(false), 0);
});

test('the store has to count the GETs and bytes that the service counts', () => {
  const { instances } = describe({ load: alone });
  const attempts = generateBurst({ clients: 20 });
  const blackBox = {
    metrics: { total_requests: 20, total_bytes: 20 * sizeBytes },
    outcomes: { ok: 20 },
  } as unknown as Parameters<typeof checkStore>[0];
  assert.is(attempts.length, 20);
  const judge = (counted: StoreUse) => checkStore(blackBox, instances, counted, [])[0];
  assert.is(judge(store)?.passed, 2);
  assert.match(judge({ ...store, answers: 19 })?.example ?? '', 'counts 20 GETs, the store itself 19 GETs');
  assert.match(judge({ ...store, bytes: 1 })?.example ?? '', 'the store itself 1 B');
});

test('what a service did for a client that had left is no part of what that waited', () => {
  const [attempt] = generateBurst({ clients: 1 });
  if (!attempt) throw new Error('no attempt');
  const late = {
    ...attempt,
    outcome: 'timeout',
    started_ms: 0,
    connected_ms: 1,
    first_byte_ms: null,
    ended_ms: 1_000,
  };
  const rows = makeRows([attempt], { metadata: 300, event_loop: 1_100 });
  const { requests } = decomposeRequests([late as Attempt], [{ requests: rows }]);
  const [request] = requests;
  if (!request) throw new Error('not joined');
  const { parts, latencyMs } = request;
  assert.is(parts.before_server, 0);
  assert.is(parts.event_loop, 699);
  assert.is(
    Object.values(parts).reduce((total, ms) => total + ms, 0),
    latencyMs,
  );
});

test('no part of a request that its client gave up is negative, whatever the service did for it afterwards', () => {
  const [attempt] = generateBurst({ clients: 1 });
  if (!attempt) throw new Error('no attempt');
  const left = (first_byte_ms: number | null) =>
    ({
      ...attempt,
      outcome: 'timeout',
      started_ms: 0,
      connected_ms: 0,
      first_byte_ms,
      ended_ms: 1_000,
    }) as Attempt;
  const tellParts = (late: Attempt, times: Partial<PhaseTimes>) => {
    const [request] = decomposeRequests([late], [{ requests: makeRows([attempt], times) }]).requests;
    if (!request) throw new Error('not joined');
    assert.ok(Math.abs(sum(request.parts) - request.latencyMs) < 1e-9);
    return request.parts;
  };
  // More was done afterwards than the longest phase has.
  const waiting = tellParts(left(null), { admission: 900, event_loop: 1_000, s3_pool: 700 });
  assert.equal([waiting.event_loop, waiting.admission, waiting.s3_pool], [0, 300, 700]);
  // The client had its first byte after 400 ms, and left while the body was waited for.
  const reading = tellParts(left(400), { metadata: 390, s3_body: 5_000 });
  assert.equal([reading.before_server, reading.s3_body, reading.after_server], [10, 600, 0]);
  const handled = tellParts(left(null), { handling: 5_000, metadata: 10 });
  assert.ok(
    Object.values(handled).every((ms) => ms >= 0),
    JSON.stringify(handled),
  );
});

test('the store may count fewer GETs than the service for clients that had left when it was asked, not for others', () => {
  const { instances } = describe({ load: alone });
  const judge = (outcomes: Record<string, number>, answers: number) => {
    const blackBox = {
      metrics: { total_requests: 20, total_bytes: sizeBytes },
      outcomes,
    } as unknown as Parameters<typeof checkStore>[0];
    const counted = { ...store, answers, bytes: answers * sizeBytes };
    return checkStore(blackBox, instances, counted, [])[0]?.passed;
  };
  assert.is(judge({ ok: 15, timeout: 5 }, 15), 2);
  assert.is(judge({ ok: 15, timeout: 5 }, 14), 0);
  assert.is(judge({ ok: 15, aborted: 5 }, 15), 0);
});

const store: StoreUse = {
  source: 'proxy',
  shaping: null,
  answers: 20,
  aborted: 0,
  bytes: 20 * sizeBytes,
  first_byte_ms: 20 * 28,
  body_ms: 20 * 200,
  reader_wait_ms: 0,
  own_wait_ms: 20 * 195,
  utilization: 0.2,
  cpu_seconds: 0.4,
};

function accuses(story: Story, expected: readonly string[]): void {
  const { verdict, suspects, reason } = tell(story);
  assert.equal(
    suspects.map(({ resource }) => resource),
    expected,
    reason,
  );
  assert.is(verdict, 'suspect');
}

function tell(story: Story, change?: (rows: RequestPhases) => RequestPhases): Attribution {
  const told = attribute(describe(story, change));
  if (!told) throw new Error('nothing was joined');
  return told.attribution;
}

function describe(story: Story, change: (rows: RequestPhases) => RequestPhases = (rows) => rows) {
  const { load, beforeMs = 1, afterMs = 1, instance = quiet } = story;
  const reference = story.alone === undefined ? alone : story.alone;
  const loaded = Array.from({ length: 20 }, (_, index) =>
    makeAttempt(`load.${index}`, load, beforeMs, afterMs),
  );
  const single =
    reference === null ? [] : [0, 1, 2].map((index) => makeAttempt(`alone.${index}`, reference, 1, 1));
  return {
    attempts: createMeasurement(loaded).attempts,
    instances: [
      {
        ...describeInstance(loaded),
        ...instance,
        s3_gets: 20,
        s3_bytes: 20 * sizeBytes,
        other_s3_gets: 0,
        requests: change(makeRows(loaded, load)),
        alone: reference === null ? null : makeRows(single, reference),
      },
    ],
    alone: single,
    stores: { s3: story.store === undefined ? store : story.store, dynamodb: null },
    generator: { cpu_utilization: 0.1, ...story.machine },
    delivery: story.delivery ?? 'streamed',
    isServiceBeside: story.isServiceBeside ?? true,
  };
}

/** The body is on its way from when S3's first byte came. */
function makeAttempt(id: string, times: Partial<PhaseTimes>, beforeMs: number, afterMs: number): Attempt {
  const [attempt] = generateBurst({ clients: 1 });
  if (!attempt) throw new Error('no attempt');
  const firstByteMs = 1 + beforeMs + headOf(times);
  return {
    ...attempt,
    request_id: id,
    started_ms: 0,
    connected_ms: 1,
    first_byte_ms: firstByteMs,
    ended_ms: firstByteMs + sum(times) - headOf(times) + afterMs,
    body_bytes: sizeBytes,
  };
}

function makeRows(attempts: readonly Attempt[], times: Partial<PhaseTimes>): RequestPhases {
  const each = <Value>(value: Value) => attempts.map(() => value);
  return {
    requests: attempts.length,
    request_id: attempts.map(({ request_id }) => request_id ?? ''),
    head_ms: each(headOf(times)),
    residence_ms: each(sum(times)),
    body_bytes: each(sizeBytes),
    completed: each(true),
    slowest: each(false),
    phases: Object.fromEntries(
      phases.map((phase) => [phase, each(times[phase] ?? 0)]),
    ) as RequestPhases['phases'],
  };
}

function dropOdd(rows: RequestPhases): RequestPhases {
  const even = <Value>(values: readonly Value[]) => values.filter((_, index) => index % 2 === 0);
  const columns = Object.entries(rows.phases).map(([phase, values]) => [phase, even(values)]);
  return {
    requests: rows.requests,
    request_id: even(rows.request_id),
    head_ms: even(rows.head_ms),
    residence_ms: even(rows.residence_ms),
    body_bytes: even(rows.body_bytes),
    completed: even(rows.completed),
    slowest: even(rows.slowest),
    phases: Object.fromEntries(columns),
  };
}

function sum(times: Readonly<Record<string, number>>): number {
  return Object.values(times).reduce((total, ms) => total + ms, 0);
}

function headOf({ s3_body = 0, moving = 0, client_body = 0, ...head }: Partial<PhaseTimes>): number {
  return sum(head);
}

test.run();
