import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { binLinearly, binLogarithmically } from '../report/plots/latency-bins.ts';
import { renderLatencyPlot } from '../report/plots/render-latency-plot.ts';
import { renderRequestsPlot as renderRequests } from '../report/plots/render-requests-plot.ts';
import { createLinearScale, createLogScale, createTimeScale } from '../report/plots/scale.ts';
import { renderSvg, text } from '../report/plots/svg.ts';
import { createRandom, generateBurst, generateTimeouts, receiveEvenly } from './burst-fixture.ts';
import { generateOpen } from './steady-fixture.ts';

const test = suite('plots');
const renderRequestsPlot = (attempts: readonly Attempt[]) => renderRequests(attempts, receiveEvenly(attempts));
const failed = generateBurst().map(
  (attempt): Attempt => ({
    ...attempt,
    outcome: attempt.client % 2 === 0 ? 'connect_failed' : 'aborted',
  }),
);
const cases: Readonly<Record<string, readonly Attempt[]>> = {
  'one request': generateBurst({ clients: 1 }),
  'a hundred requests': generateBurst(),
  'a thousand requests': generateBurst({ clients: 1_000, makespanMs: 50_000 }),
  'two thousand requests of an open load with a pause': generateOpen({ rate: 200 }),
  'all failed': failed,
  'all timed out': generateTimeouts(),
  'no request': [],
  'a request of no duration': generateBurst({ clients: 1 }).map((attempt) => ({
    ...attempt,
    connected_ms: null,
    first_byte_ms: attempt.started_ms,
    ended_ms: attempt.started_ms,
  })),
};

for (const [name, attempts] of Object.entries(cases)) {
  for (const render of [renderLatencyPlot, renderRequestsPlot]) {
    test(`${render.name} of ${name} is well formed, described, finite, inside its box and under 150 KB`, () => {
      const svg = render(attempts);
      assert.is(findUnbalancedTag(svg), null);
      assert.match(svg, /<title id="\w+-title">[^<]+<\/title><desc id="\w+-description">[^<]+<\/desc>/);
      assert.match(svg, 'prefers-color-scheme:dark');
      assert.not.match(svg, /NaN|Infinity|undefined|null/);
      assert.ok(listCoordinates(svg).every(({ value, most }) => value >= 0 && value <= most));
      assert.ok(svg.length < 150_000);
      assert.is(render(structuredClone(attempts)), svg);
    });
  }
}

test('every request is a row, and every failure a cross', () => {
  const attempts = [...generateBurst({ clients: 7 }), ...generateTimeouts({ clients: 2, deadlineMs: 9_000 })];
  const svg = renderRequestsPlot(attempts);
  const rows = /class="wait" stroke-width="9.6" d="([^"]*)"/.exec(svg)?.[1] ?? '';
  assert.is(rows.split('M').length - 1, 9);
  const crosses = svg.match(/class="cross" d="([^"]*)"/g)?.at(-1) ?? '';
  assert.is(crosses.split('M').length - 1, 2);
  assert.match(svg, 'failed (2)');
});

test('beyond four hundred requests every one is counted in a cell, and cells of failures are told apart', () => {
  const attempts = generateBurst({ clients: 401, makespanMs: 20_000 });
  assert.match(renderRequestsPlot(generateBurst({ clients: 400 })), 'requests, a row each');
  const svg = renderRequestsPlot(attempts);
  assert.match(svg, />requests by start and latency<.*>seconds; darkest: \d+ in a cell</s);
  assert.not.match(svg, 'class="dense-bad');
  assert.match(renderRequestsPlot([...attempts, ...generateTimeouts({ clients: 1 })]), 'class="dense-bad');
});

test('rows that start together are ordered by their end', () => {
  const svg = renderRequestsPlot(generateBurst());
  const ends = [...(/class="body" stroke-width="2.4" d="([^"]*)"/.exec(svg)?.[1] ?? '').matchAll(/H([\d.]+)/g)];
  const places = ends.map(([, place]) => Number(place));
  assert.is(places.length, 100);
  assert.equal(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('the latency axis is logarithmic when p99 is more than ten times the median, else linear from zero', () => {
  const stretched = generateBurst().map((attempt) => ({
    ...attempt,
    ended_ms: attempt.client < 3 ? attempt.started_ms + 90_000 : attempt.ended_ms,
  }));
  assert.match(renderLatencyPlot(stretched), '(logarithmic)');
  assert.not.match(renderLatencyPlot(generateBurst()), '(logarithmic)');
});

test('median, p95 and p99 stand on the plot, timeouts as lower bounds', () => {
  assert.match(renderLatencyPlot(generateBurst()), />median 4\.82 s</);
  const svg = renderLatencyPlot(generateTimeouts());
  assert.match(svg, '>p99 ≥ 300.0 s<');
  assert.match(svg, '>100 timed out<');
});

test('of an open load, a line beside the bars shows the response times', () => {
  const svg = renderLatencyPlot(generateOpen());
  assert.match(svg, /from when they were due: p99 1\.9\d s/);
  assert.match(svg, 'class="due"');
  assert.not.match(renderLatencyPlot(generateBurst()), 'class="due"');
});

test('every sample lies in exactly one bin', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = createRandom(seed);
    const samples = Array.from({ length: Math.ceil(random() * 300) }, () => ({
      latencyMs: 10 ** (random() * 6 - 1),
      timedOut: random() < 0.2,
    }));
    for (const bins of [binLinearly(samples), binLogarithmically(samples)]) {
      assert.is(
        bins.reduce((sum, bin) => sum + bin.ok + bin.timedOut, 0),
        samples.length,
      );
      assert.ok(bins.slice(1).every((bin, index) => bin.fromMs === bins[index]?.toMs));
    }
  }
});

test('a linear scale starts at zero and its last tick is not below the largest value', () => {
  const scale = createLinearScale(46, [100, 0], 5);
  assert.equal(scale.ticks, [0, 10, 20, 30, 40, 50]);
  assert.is(scale.place(0), 100);
  assert.is(scale.place(50), 0);
  assert.equal(createLinearScale(0, [0, 1], 2, 1).ticks, [0, 1]);
});

test('a time scale ends exactly with the last value', () => {
  const scale = createTimeScale(5.2, [0, 52], 7);
  assert.equal(scale.ticks, [0, 1, 2, 3, 4, 5]);
  assert.is(scale.place(5.2), 52);
});

test('a logarithmic scale has ticks at 1, 2 and 5, over many decades at the powers alone', () => {
  assert.equal(createLogScale(4, 120, [0, 1]).ticks, [5, 10, 20, 50, 100]);
  assert.equal(createLogScale(1, 1e5, [0, 1]).ticks, [1, 10, 100, 1_000, 10_000, 100_000]);
});

test('text is escaped and cannot hold what XML forbids', () => {
  const body = [text(0, 0, 'a<b> & "c" \u0001')];
  const svg = renderSvg({ name: 'x', height: 10, title: '<script>', description: '&', body });
  assert.match(svg, 'a&lt;b&gt; &amp; &quot;c&quot; \uFFFD');
  assert.match(svg, '>&lt;script&gt;</title>');
});

test.run();

function findUnbalancedTag(svg: string): string | null {
  const open: string[] = [];
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (name === undefined || self === '/') continue;
    if (close !== '/') open.push(name);
    else if (open.pop() !== name) return name;
  }
  return open[0] ?? null;
}

function listCoordinates(svg: string): { value: number; most: number }[] {
  const [, width, height] = /viewBox="0 0 (\d+) ([\d.]+)"/.exec(svg) ?? [];
  return [...svg.matchAll(/ (x|y|x1|x2|y1|y2)="(-?[\d.]+)"/g)].map(([, name, value]) => ({
    value: Number(value),
    most: Number(name?.startsWith('x') ? width : height),
  }));
}
