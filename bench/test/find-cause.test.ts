import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attribution, SuspectResource, TimePart } from '../../contract/attribution.ts';
import type { Experiment } from '../../contract/experiment.ts';
import { createExperiment, createRounds } from './experiment-fixture.ts';

const test = suite('find cause');
type Times = Partial<Record<TimePart, number>>;

test('a suspect whose part shrank by as much as the whole, while no other grew, is confirmed', () => {
  const cause = conduct('s3_pool', { s3_pool: 14_000, s3_body: 1_800 }, { s3_pool: 2_000, s3_body: 1_900 });
  assert.is(cause?.conclusion, 'confirmed', cause?.reason);
  assert.match(cause?.suspect_before ?? '', 's3_pool (in 8 of 8 runs, such as: ');
  assert.is(cause?.suspect_after, 'nothing');
  assert.match(
    cause?.reason ?? '',
    /the mean request by 11\.90 s, and no other part grew by more than 10 % of that beyond what a request alone takes$/,
  );
  assert.is(cause?.phases.find(({ phase }) => phase === 'waiting for an S3 connection')?.before_ms, 14_000);
});

test('a suspect whose part stayed while another one shrank is refuted', () => {
  const cause = conduct('admission', { admission: 9_000, s3_pool: 6_800 }, { admission: 8_990, s3_pool: 100 });
  assert.is(cause?.conclusion, 'refuted');
  assert.match(cause?.reason ?? '', /account for < 0\.\d %|account for \d/);
});

test('a part that did not shrink in any pair is refuted, however much the whole did', () => {
  const cause = conduct('admission', { admission: 3_000, s3_pool: 9_000 }, { admission: 3_001, s3_pool: 100 });
  assert.equal(
    [cause?.conclusion, cause?.reason],
    ['refuted', 'waiting for a download place shrank by 0 ms at most, the mean request by 8.90 s'],
  );
});

test('a part that may have shrunk by as much as the whole, or not at all, leaves its suspect open', () => {
  const times = { before: { admission: 3_000, s3_pool: 4_000 }, after: { s3_pool: 3_500 } };
  const cause = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report, pair, phase) => {
      const { white_box } = report;
      if (white_box === null) return report;
      const wild = { ...times.after, admission: pair % 2 === 0 ? 500 : 4_500 };
      const suspect = phase === 'before' ? ('admission' as const) : null;
      const attribution = attribute(phase === 'before' ? times.before : wild, suspect, {});
      return { ...report, white_box: { ...white_box, attribution } };
    }),
  ).cause;
  assert.is(cause?.conclusion, 'unknown', cause?.reason);
  assert.match(cause?.reason ?? '', 'the rounds cannot tell whether waiting for a download place shrank');
});

test('a wait that only moved to another part is not confirmed', () => {
  const cause = conduct('admission', { admission: 9_000, s3_pool: 3_000 }, { admission: 100, s3_pool: 6_000 });
  assert.is(cause?.conclusion, 'unknown');
  assert.match(cause?.reason ?? '', 'waiting for an S3 connection by 3.00 s grew');
});

test('what requests before did not live to see may grow to what one takes alone, and no further', () => {
  const times: readonly [Times, Times] = [
    { event_loop: 20_000, s3_body: 0 },
    { event_loop: 100, s3_body: 12_000 },
  ];
  const arms = { before: 20, after: 5 };
  const alone = conduct('event_loop', ...times, arms, { s3_body: 11_900 });
  assert.is(alone?.conclusion, 'confirmed', alone?.reason);
  assert.is(conduct('event_loop', ...times, arms, { s3_body: 2_000 })?.conclusion, 'unknown');
});

test('without a suspect, a gain, or the parts of every run, nothing is confirmed', () => {
  const times: readonly [Times, Times] = [{ s3_pool: 14_000 }, { s3_pool: 2_000 }];
  assert.match(conduct(null, ...times)?.reason ?? '', 'do not agree on a suspect');
  assert.match(conduct('s3_pool', ...times, { before: 5, after: 5 })?.reason ?? '', 'only what gets better');
  assert.is(createExperiment(createRounds(8, { before: 20, after: 5 })).cause, null);
});

test.run();

function conduct(
  suspect: SuspectResource | null,
  before: Times,
  after: Times,
  arms = { before: 20, after: 5 },
  alone: Times = {},
): Experiment['cause'] {
  return createExperiment(
    createRounds(8, arms, (report, _pair, phase) => {
      const { white_box } = report;
      if (white_box === null) return report;
      const attribution = attribute(
        phase === 'before' ? before : after,
        phase === 'before' ? suspect : null,
        alone,
      );
      return { ...report, white_box: { ...white_box, attribution } };
    }),
  ).cause;
}

function attribute(times: Times, suspect: SuspectResource | null, alone: Times): Attribution {
  const parts = Object.entries(times) as [TimePart, number][];
  const mean = parts.reduce((sum, [, ms]) => sum + ms, 0);
  return {
    joined: 20,
    of: 20,
    mean_ms: mean,
    slowest_mean_ms: mean,
    alone_mean_ms: null,
    parts: parts.map(([part, ms]) => ({ part, mean_ms: ms, slowest_ms: ms, alone_ms: alone[part] ?? null })),
    unexplained_median_share: 0,
    use: [],
    verdict: suspect === null ? 'none' : 'suspect',
    suspects:
      suspect === null
        ? []
        : [
            {
              resource: suspect,
              metric: 'wait',
              value: 1,
              unit: 's',
              statement: 'it was waited for',
              knob: 'more',
            },
          ],
    reason: suspect === null ? 'nobody waited' : '',
  };
}
