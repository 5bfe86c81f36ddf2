import { table } from '../../bench/report/markdown/markdown.ts';
import { startLocalAws } from '../local-aws/start-local-aws.ts';
import { compareRatios, findMedian, formatRatio } from './compare-ratios.ts';
import { interleave } from './interleave.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './start-service-under-test.ts';
import { loadClosed, loadStreamed, openStreamedRun } from './streamed-run.ts';
import type { ValidationResult } from './validation.ts';

const pairCount = 24;
const mostRatio = 1.03;

/**
 * CPU-seconds of the service's whole process per 1e9 bytes of body, of a service that observes its requests and of one
 * that is blind, interleaved: streamed downloads of a run, from the embedded S3.
 */
export async function measureInstruments(say: (text: string) => void): Promise<ValidationResult> {
  const aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  const blindfold = new URL('./processes/without-instruments.ts', import.meta.url).href;
  const services: ServiceUnderTest[] = [];
  try {
    const run = await openStreamedRun();
    run.close();
    const seeing = await startServiceUnderTest({});
    services.push(seeing);
    const blind = await startServiceUnderTest({ NODE_OPTIONS: `--import ${blindfold}` });
    services.push(blind);
    for (const service of services) await loadStreamed(service, run.runId, loadClosed(1));
    const pairs = await interleave(
      pairCount,
      11,
      () => loadStreamed(seeing, run.runId, loadClosed(1)),
      () => loadStreamed(blind, run.runId, loadClosed(1)),
      ({ one, other }, number) =>
        say(`pair ${number} of ${pairCount}: on ${one.toFixed(3)}, off ${other.toFixed(3)} CPU-s/GB`),
    );
    const ratio = compareRatios(
      pairs.map(({ one, other }) => [one, other] as const),
      0.9,
    );
    const median = (read: (pair: (typeof pairs)[number]) => number) => findMedian(pairs.map(read)).toFixed(3);
    return {
      table: table(
        ['instruments', 'CPU-s/GB (median)'],
        [
          ['on', median(({ one }) => one)],
          ['off', median(({ other }) => other)],
        ],
        'lr',
      ),
      judgements: [
        {
          text: `instruments on against off: ${formatRatio(ratio)} times the CPU time, ${pairCount} pairs; at most ${mostRatio}`,
          holds: ratio.estimate <= mostRatio,
        },
      ],
    };
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await aws.stop();
  }
}
