import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scenarioNames } from '../../contract/workload.ts';
import { openJournal } from '../lab/journal.ts';
import { judgeReference } from '../lab/judge-reference.ts';
import { type LabArm, runLab } from '../lab/run-lab.ts';
import { asksForArtifacts } from '../scenarios/asks-for-artifacts.ts';
import { createRounds } from './experiment-fixture.ts';

const test = suite('reference');

/** A service that never is asked for anything. */
const arm: LabArm = {
  kind: 'fresh',
  commands: [
    {
      title: 'a service',
      file: process.execPath,
      args: [
        '-e',
        'console.log(JSON.stringify({ url: "http://127.0.0.1:1" })); process.on("message", () => {});',
      ],
      cwd: tmpdir(),
      env: {},
    },
  ],
  token: null,
};

test('a valid run in which all succeeded says how fast S3 itself is', () => {
  assert.equal(judgeReference(createReport('valid', 100)), { bytes_per_second: 9e8 });
});

test('a run that is not valid, or in which one request failed, says nothing but why', () => {
  assert.equal(judgeReference(createReport('invalid', 100)), {
    bytes_per_second: null,
    reason: 'for its run is invalid: x',
  });
  assert.equal(judgeReference(createReport('valid', 99)), {
    bytes_per_second: null,
    reason: 'for only 99 % of its requests succeeded',
  });
});

test('rounds go on when S3 itself cannot be measured, and it is said why', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-reference-'));
  const told: string[] = [];
  try {
    const started_at = '2026-03-14T09:00:00.000Z';
    const head = { schema: 'modelrig.journal/1', name: 'soup', seed: 7, started_at, identity: {} } as const;
    const journal = await openJournal(folder, head);
    const [run] = createRounds(1, { before: 20, after: 5 }).map(({ report }) => ({
      report,
      reportText: JSON.stringify(report),
      ledger: new Uint8Array(),
    }));
    assert.ok(run);
    const reference = { note: 'S3 itself' };
    await runLab({
      journal,
      session: [],
      arms: { before: arm, after: arm },
      workload: () => ({}),
      reference,
      guardWorkloads: [],
      looks: [1],
      isDecided: () => true,
      measure: async (_, workload) => {
        if (workload === reference) throw new Error('Run abc did not complete: its runner was killed.');
        return run;
      },
      onReference: () => {},
      onNoReference: (reason) => told.push(reason),
      onRound: () => {},
      signal: new AbortController().signal,
    });
    const reason = 'for its run failed: Run abc did not complete: its runner was killed.';
    assert.equal(told, [reason, reason]);
    assert.is(journal.rounds.length, 2);
    assert.equal(
      journal.references,
      [0, 1].map((after_pair) => ({ after_pair, bytes_per_second: null, reason })),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every load but that of records asks for artifacts, which S3 itself can be asked for', () => {
  assert.equal(
    scenarioNames.filter((scenario) => !asksForArtifacts({ scenario })),
    ['metadata'],
  );
  assert.ok(asksForArtifacts({}));
});

test.run();

function createReport(value: 'valid' | 'invalid', success_rate: number) {
  const [round] = createRounds(1, { before: 20, after: 5 });
  assert.ok(round);
  const { report } = round;
  const { metrics } = report.black_box;
  const throughput = { ...metrics.throughput, bytes_per_second: 9e8 };
  return {
    ...report,
    verdict: { value, reasons: value === 'valid' ? [] : ['x'] },
    black_box: { ...report.black_box, metrics: { ...metrics, success_rate, throughput } },
  };
}
