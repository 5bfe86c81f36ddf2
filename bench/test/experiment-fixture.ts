import type { Experiment, ExperimentDefinition } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import type { Report } from '../../contract/report.ts';
import { buildExperiment } from '../compare/build-experiment.ts';
import type { ExperimentInput, RoundResult } from '../compare/experiment-input.ts';
import { buildReport } from '../report/build-report.ts';
import { stagedDesign } from '../statistics/design.ts';
import { drawOrder } from '../statistics/pair-order.ts';
import {
  createRandom,
  createReportInput,
  describeInstance,
  fingerprint,
  generateBurst,
} from './burst-fixture.ts';

const definition: ExperimentDefinition = {
  question: 'Does one more cook make the soup sooner?',
  hypothesis: 'Two cooks cut twice as many vegetables in the same time.',
  before: { delivery: 'buffered', download_concurrency: 32 },
  after: { delivery: 'buffered', download_concurrency: 100 },
  stage: {
    first_byte_ms: 100,
    first_byte_jitter_ms: 0,
    bytes_per_second_per_connection: 2_500_000,
    bytes_per_second_total: null,
    failure_rate: 0,
    seed: 1,
  },
  primary: 'goodput',
  margin: 0.1,
  predicted: { direction: 'BETTER', ratio: 2, because: 'four waves become one' },
  guards: ['first_byte_p99'],
  published: null,
  source: 'bench/experiments/soup.ts',
  source_sha256: 'ab'.repeat(32),
};

/** Seconds that a burst takes in each arm; rounds scatter by about `noise`. */
export interface Arms {
  readonly before: number;
  readonly after: number;
  readonly noise?: number;
}

export function createRounds(
  pairs: number,
  { before, after, noise = 0.02 }: Arms,
  change: (report: Report, pair: number, phase: ExperimentPhase) => Report = (report) => report,
): RoundResult[] {
  const random = createRandom(4);
  return Array.from({ length: pairs }, (_, index) => index + 1).flatMap((pair) =>
    drawOrder(7, pair).map((phase, position): RoundResult => {
      const makespanMs = 1_000 * (phase === 'before' ? before : after) * (1 + noise * (random() - 0.5) * 3.4);
      const report = createRunReport(phase, makespanMs, pair, pair * 2 + position);
      return {
        pair,
        position: position === 0 ? 1 : 2,
        phase,
        report: change(report, pair, phase),
        guardReports: {},
        document: `rounds/${String(pair).padStart(2, '0')}-${phase}/report.json.gz`,
        sha256: 'cd'.repeat(32),
      };
    }),
  );
}

function createRunReport(phase: ExperimentPhase, makespanMs: number, seed: number, minute: number): Report {
  const attempts = generateBurst({ clients: 20, seed, makespanMs }).map((attempt) => ({
    ...attempt,
    delivery: 'buffered',
  }));
  const subject = {
    ...fingerprint.subject,
    delivery: 'buffered',
    download_concurrency: phase === 'before' ? 32 : 100,
  };
  const startedAt = new Date(Date.UTC(2026, 2, 14, 9, minute)).toISOString();
  return buildReport(
    createReportInput(attempts, {
      runId: `5f1c7c1e-9a3d-4d0b-8a7e-${String(minute).padStart(12, '0')}`,
      startedAt,
      completedAt: new Date(Date.parse(startedAt) + makespanMs).toISOString(),
      instances: [describeInstance(attempts)],
      fingerprint: { ...fingerprint, subject },
    }),
  );
}

export function createExperiment(
  rounds: readonly RoundResult[],
  changes: Partial<ExperimentInput> = {},
): Experiment {
  return buildExperiment({
    name: 'soup',
    number: 1,
    question: definition.question,
    definition,
    origin: { kind: 'lab', url: null, number: null },
    command: 'npm run experiment -- soup',
    primary: 'goodput',
    margin: 0.1,
    guards: [
      { metric: 'first_byte_p99', margin: 0.25 },
      { metric: 'server_peak_rss_bytes', margin: 0.1 },
      { metric: 'requests_per_second', margin: 0.1, scenario: 'metadata' },
    ],
    design: stagedDesign,
    seed: 7,
    rounds,
    arithmetic: { ratio: 4, because: '20 clients over 5 connections take 4 waves, over 20 one' },
    objections: [],
    draftReasons: [],
    previous: null,
    ...changes,
  });
}
