import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { comparedMetrics } from '../../bench/compare/compared-metrics.ts';
import { readReport } from '../../bench/report/read-report.ts';
import type { Experiment, ExperimentRound } from '../../contract/experiment.ts';

/**
 * Holds an experiment against the reports of its rounds that lie below its folder.
 * @throws {Error} naming the round whose report is missing, another one, or has other figures.
 */
export async function checkRounds({ rounds }: Experiment, folder: string): Promise<void> {
  for (const round of rounds) if (round.report !== null) await checkRound(round, join(folder, round.report));
}

async function checkRound(
  { pair, phase, report_sha256, figures }: ExperimentRound,
  path: string,
): Promise<void> {
  const text = gunzipSync(await readFile(path)).toString('utf8');
  const sha256 = createHash('sha256').update(text).digest('hex');
  if (sha256 !== report_sha256) {
    throw new Error(`pair ${pair}, ${phase}: its report has the SHA-256 ${sha256}, not ${report_sha256}`);
  }
  const report = readReport(text);
  const wrong = comparedMetrics.find(
    ({ name, read }) => figures[name] !== undefined && !isDeepStrictEqual(figures[name], read(report)),
  );
  if (wrong) {
    throw new Error(
      `pair ${pair}, ${phase}: ${wrong.name} is ${figures[wrong.name]}, by its report ${wrong.read(report)}`,
    );
  }
}
