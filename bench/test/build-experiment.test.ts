import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { experimentSchema } from '../../contract/experiment.ts';
import { describeCommand } from '../cli/describe-command.ts';
import { describeAnswer, formatBound } from '../compare/describe-verdict.ts';
import { renderIndex } from '../compare/markdown/render-index.ts';
import { readExperiment } from '../compare/read-experiment.ts';
import { renderExperimentDocuments } from '../compare/render-experiment-documents.ts';
import { renderExperimentSummary } from '../compare/render-experiment-terminal.ts';
import { createExperiment, createRounds } from './experiment-fixture.ts';

const test = suite('build experiment');
const faster = createExperiment(createRounds(8, { before: 20, after: 5 }));

test('eight pairs that are four times as fast are BETTER by about that, and what was predicted held', () => {
  assert.is(faster.verdict.value, 'BETTER');
  const ratio = faster.metrics[0]?.ratio;
  assert.ok(typeof ratio?.estimate === 'number' && Math.abs(ratio.estimate - 4) < 0.2);
  assert.is(faster.prediction_held, true);
  assert.is(faster.rounds.length, 16);
  assert.equal(experimentSchema.parse(JSON.parse(JSON.stringify(faster))), faster);
});

test('a prediction of more than was found did not hold, and one of the other direction neither', () => {
  const little = createExperiment(createRounds(8, { before: 8, after: 5 }));
  assert.is(little.verdict.value, 'BETTER');
  assert.is(little.prediction_held, false);
  const worse = createExperiment(createRounds(8, { before: 5, after: 8 }));
  assert.equal([worse.verdict.value, worse.prediction_held], ['WORSE', false]);
});

test('one pair has no verdict, and neither has a number of pairs between two looks', () => {
  const one = createExperiment(createRounds(1, { before: 20, after: 5 }));
  assert.is(one.verdict.value, 'NO_VERDICT');
  assert.equal(one.verdict.reasons, ['1 of the 8 pairs that the next look takes']);
  assert.match(
    describeAnswer(one),
    /^No verdict yet: 1 of the 8 pairs that the next look takes; measured so far: \d\.\d\d times the goodput; predicted BETTER/,
  );
  assert.ok(one.metrics.every(({ verdict }) => verdict === null));
  assert.is(createExperiment(createRounds(12, { before: 20, after: 5 })).verdict.value, 'NO_VERDICT');
});

test('where there is no verdict, and where it is INVALID, nothing is said of guards, and no row has a word', () => {
  const broken = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report) => ({
      ...report,
      verdict: { value: 'invalid', reasons: ['a wrong byte was seen'] },
    })),
  );
  for (const experiment of [createExperiment(createRounds(1, { before: 20, after: 5 })), broken]) {
    assert.ok(experiment.metrics.every(({ verdict }) => verdict === null));
    const text = renderExperimentDocuments(experiment)['report.md'];
    assert.match(
      text,
      /- No guard was judged: (too few pairs|an instrument failed, or the rounds are not of one kind)\./,
    );
    assert.not.match(text, 'Every guard is proven');
    assert.not.match(text, 'No guard got worse');
  }
});

test('an invalid run, or one on another machine, makes the experiment INVALID and is named', () => {
  const broken = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report, pair, phase) =>
      pair === 3 && phase === 'after'
        ? { ...report, verdict: { value: 'invalid', reasons: ['a wrong byte was seen'] } }
        : report,
    ),
  );
  assert.is(broken.verdict.value, 'INVALID');
  assert.match(broken.verdict.reasons[0] ?? '', /pair 3, after, .*a wrong byte was seen/);
  const moved = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report, pair) =>
      pair < 5
        ? report
        : {
            ...report,
            fingerprint: {
              ...report.fingerprint,
              environment: { ...report.fingerprint.environment, kernel: 'Linux 7' },
            },
          },
    ),
  );
  assert.match(moved.verdict.reasons[0] ?? '', 'environment.kernel: "Linux 6.8.0" and "Linux 7"');
});

test('an arm whose program changed between its rounds makes the experiment INVALID', () => {
  const mixed = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report, pair) => {
      const { environment, subject } = report.fingerprint;
      return pair < 5
        ? report
        : { ...report, fingerprint: { environment, subject: { ...subject, git_dirty: true } } };
    }),
  );
  assert.is(mixed.verdict.value, 'INVALID');
  assert.equal(mixed.verdict.reasons, [
    'the rounds before are not of one program: subject.git_dirty: false and true',
    'the rounds after are not of one program: subject.git_dirty: false and true',
  ]);
});

test('a pair without its other side counts for nothing', () => {
  const rounds = createRounds(9, { before: 20, after: 5 }).slice(0, -1);
  const experiment = createExperiment(rounds);
  assert.equal([experiment.design.pairs, experiment.verdict.value], [8, 'BETTER']);
});

test('an arm without a byte gives an infinite ratio that is written as such', () => {
  const nothing = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report, _pair, phase) => {
      if (phase === 'after') return report;
      const silent = structuredClone(report);
      silent.black_box.metrics.throughput.bytes_per_second = 0;
      return silent;
    }),
  );
  assert.equal(nothing.metrics[0]?.ratio, { estimate: 'infinite', low: 'infinite', high: 'infinite' });
  assert.is(nothing.verdict.value, 'BETTER');
  assert.match(renderExperimentDocuments(nothing)['report.md'], 'BETTER: ');
});

test('where neither arm delivered a byte there is no verdict, for nothing over nothing is no ratio', () => {
  const nothing = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report) => {
      const silent = structuredClone(report);
      silent.black_box.metrics.throughput.bytes_per_second = 0;
      return silent;
    }),
  );
  assert.is(nothing.verdict.value, 'NO_VERDICT');
  assert.match(nothing.verdict.reasons.join(), 'goodput was 0 in all rounds');
});

test('INCONCLUSIVE says whether no difference was found, or one that may be below the margin', () => {
  const wide = createExperiment(createRounds(8, { before: 5, after: 5.3, noise: 0.1 }));
  assert.equal(wide.verdict.reasons, ['8 pairs cannot tell a difference of 10 % from none']);
  const near = createExperiment(createRounds(8, { before: 5, after: 5.45, noise: 0.02 }));
  assert.is(near.verdict.value, 'INCONCLUSIVE');
  assert.equal(near.verdict.reasons, [
    'there is a difference, but 8 pairs cannot tell whether it is one of 10 % or more',
  ]);
});

test('figures that requests were cut off in are bounds, and give no word that takes them for more', () => {
  const cut = (arms: readonly string[]) =>
    createExperiment(
      createRounds(8, { before: 20, after: 20 }, (report, _pair, phase) => {
        if (!arms.includes(phase)) return report;
        const late = structuredClone(report);
        late.black_box.outcomes.timeout = 5;
        late.black_box.metrics.duration_seconds = 30;
        return late;
      }),
      { primary: 'time_to_last_byte', guards: [{ metric: 'time_to_last_byte', margin: 0.1 }] },
    );
  const both = cut(['before', 'after']);
  assert.is(both.verdict.value, 'NO_VERDICT');
  assert.match(both.verdict.reasons.join(), 'cut off at their deadline');
  assert.not.match(describeAnswer(both), / times the /);
  assert.match(renderIndex([{ experiment: both, folder: 'soup/1' }], []), /\| NO VERDICT[^|]*\| +\| 8 /);
  assert.match(
    renderExperimentDocuments(both)['report.md'],
    /time to the last byte \| ≥ 30\.00 s \| ≥ 30\.00 s \| – \| –/,
  );
  const scattered = createExperiment(
    createRounds(8, { before: 20, after: 20, noise: 0.2 }, (report) => {
      const late = structuredClone(report);
      late.black_box.outcomes.timeout = 5;
      return late;
    }),
    { primary: 'time_to_last_byte' },
  );
  assert.match(describeAnswer(scattered), /^INCONCLUSIVE: \d+ pairs/);
  const before = cut(['before']);
  assert.equal(
    [before.verdict.value, ...before.metrics.slice(0, 2).map(({ verdict }) => verdict)],
    ['BETTER', 'BETTER', 'OK'],
  );
  assert.match(
    renderExperimentDocuments(before)['report.md'],
    /≥ 30\.00 s \| 20\.\d+ s \| ≤ 0\.\d+ \| up to 0\./,
  );
  assert.match(renderExperimentDocuments(before)['report.md'], '**BETTER: at most 0.');
  const after = cut(['after']);
  assert.equal(
    [after.verdict.value, ...after.metrics.slice(0, 2).map(({ verdict }) => verdict)],
    ['WORSE', 'WORSE', 'REGRESSED'],
  );
});

test('a guard that got worse is not said to be proven no worse than its margin', () => {
  const worse = createExperiment(
    createRounds(8, { before: 20, after: 5 }, (report, _pair, phase) => {
      if (phase === 'before') return report;
      const greedy = structuredClone(report);
      if (greedy.white_box) greedy.white_box.peak_rss_bytes = 10 * (greedy.white_box.peak_rss_bytes ?? 0);
      return greedy;
    }),
    { guards: [{ metric: 'server_peak_rss_bytes', margin: 0.1 }] },
  );
  const text = renderExperimentDocuments(worse)['report.md'];
  assert.match(text, "**Got worse: service's peak memory.**");
  assert.not.match(text, 'is proven');
});

test('ratios have three digits, and three decimals where they are about a few percent', () => {
  const ratios = [0.33, 0.5294, 0.9996, 1, 1.0021, 1.0966, 1.253, 1.7666, 12.34, 123.4, 1_234];
  assert.is(
    [...ratios, 'infinite' as const].map(formatBound).join(' '),
    '0.330 0.529 1.000 1.000 1.002 1.097 1.25 1.77 12.3 123 1,234 ∞',
  );
});

test('a guard that nothing measured is a row that says so, not an absent one', () => {
  const guard = faster.metrics.find(({ scenario }) => scenario === 'metadata');
  assert.equal([guard?.verdict, guard?.pairs], ['UNPROVEN', 0]);
  assert.match(
    renderExperimentDocuments(faster)['report.md'],
    /guard successes \(metadata\).*UNPROVEN\*\*, not measured/,
  );
});

test('when only the better side is client-bound a ratio above 1 stands as at least, and one below as at most', () => {
  const bind = (bound: string, seconds: { before: number; after: number }) =>
    createExperiment(
      createRounds(8, seconds, (report, _pair, phase) =>
        phase === bound
          ? { ...report, labels: [{ label: 'client-bound', reason: 'the generator was busy', withholds: [] }] }
          : report,
      ),
    );
  const gain = bind('after', { before: 20, after: 5 });
  assert.is(gain.verdict.is_at_least, true);
  assert.match(renderExperimentSummary(gain, { color: false }), 'BETTER: at least');
  assert.match(renderIndex([{ experiment: gain, folder: 'soup/1' }], []), /goodput at least × \d/);
  const loss = bind('before', { before: 5, after: 20 });
  assert.match(renderExperimentSummary(loss, { color: false }), 'WORSE: at most 0.');
  assert.match(renderIndex([{ experiment: loss, folder: 'soup/1' }], []), /goodput at most × 0\./);
});

test('report.md has its parts in order, and the same document gives the same bytes', () => {
  const documents = renderExperimentDocuments(faster);
  const places = [
    '# Does one more cook make the soup sooner?',
    '**BETTER: ',
    '> EMULATED',
    '> SHAPED: a proxy before S3',
    '## Before and after',
    '](pairs.svg)',
    '](distributions.svg)',
    '## Cause',
    'By arithmetic: 20 clients over 5 connections',
    '## What got worse, and what stays open',
    'Noise: the primary metric scatters by',
    '## Written before the first round',
    '## Rounds',
    'npm run experiment -- soup',
  ].map((part) => documents['report.md'].indexOf(part));
  assert.ok(
    places.every((place) => place >= 0),
    String(places),
  );
  assert.equal(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.equal(renderExperimentDocuments(readExperiment(JSON.stringify(faster))), documents);
});

test('what a null server and S3 itself gave in the session stands beside the arms', () => {
  const ceiling = { requests_per_second: 1, cpu_seconds_per_gb: null, assumed_share: 0 };
  const rounds = createRounds(8, { before: 20, after: 5 }).map((round, index) => ({
    ...round,
    report: {
      ...round.report,
      calibration: { before: { ...ceiling, bytes_per_second: 1_048_576 * (3_000 + index) }, after: null },
    },
  }));
  const experiment = createExperiment(rounds, { s3BytesPerSecond: [9e8, 7e8] });
  assert.equal(experiment.references, [
    {
      name: 'null server',
      runs: 16,
      median: 3_007.5 * 1_048_576,
      least: 3_000 * 1_048_576,
      most: 3_015 * 1_048_576,
    },
    { name: 'S3 itself', runs: 2, median: 8e8, least: 7e8, most: 9e8 },
  ]);
  const { 'report.md': report = '' } = renderExperimentDocuments(experiment);
  assert.match(report, /a null server, which answers from memory \| 3,00[78].* MiB\/s \| .* \| 16 \|/);
  assert.match(report, /S3 itself, by presigned addresses \| 76[23].* MiB\/s/);
  assert.equal(faster.references, []);
});

test('S3 itself, where it was not measured or a run of it does not count, is told with the reason', () => {
  const rounds = createRounds(8, { before: 20, after: 5 });
  const tell = (s3BytesPerSecond: readonly number[], s3Unmeasured: readonly string[]) =>
    renderExperimentDocuments(createExperiment(rounds, { s3BytesPerSecond, s3Unmeasured }))['report.md'];
  const reason = 'for only 93 % of its requests succeeded';
  assert.match(
    tell([], [reason]),
    `| S3 itself, by presigned addresses: not measured, ${reason} | – | – | – | 0 |`,
  );
  assert.match(tell([9e8], [reason, reason]), `addresses: a run left out, ${reason} |`);
  assert.not.match(tell([9e8], []), 'left out');
});

test('the command that does it again is the one that was typed, a file of one’s own and its flags included', () => {
  const command = describeCommand(['experiment', '--', "./soup o'clock.ts"], {
    guards: true,
    pairs: '4',
    url: undefined,
  });
  assert.is(command, "npm run experiment -- './soup o'\\''clock.ts' --guards --pairs 4");
  const mine = createExperiment(createRounds(1, { before: 20, after: 5 }), { command });
  assert.match(renderExperimentDocuments(mine)['report.md'], `To do it again:\n\n\`\`\`sh\n${command}\n\`\`\``);
});

test('what is not as in the version before is said', () => {
  const now = createExperiment(createRounds(8, { before: 5, after: 5 }), { previous: faster });
  assert.is(now.verdict.value, 'SAME');
  assert.equal(now.changes, ['the verdict is SAME; it was BETTER']);
});

test('a newer schema and a damaged document are refused by name', () => {
  assert.throws(
    () => readExperiment('{"schema":"modelrig.experiment/2"}'),
    /A newer version of modelrig wrote it/,
  );
  assert.throws(() => readExperiment('{"schema":"modelrig.experiment/1"}'), /damaged: name/);
  assert.throws(() => readExperiment('no'), /it is not JSON/);
});

test.run();
