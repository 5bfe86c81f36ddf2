import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../bench/cli/exit-codes.ts';
import { ServiceClient } from '../bench/cli/service-client.ts';
import { readReport } from '../bench/report/read-report.ts';
import { sanitizeModelId } from '../contract/model-id.ts';
import { downloadPath } from '../contract/routes.ts';
import { isTerminal } from '../contract/run.ts';
import { doubleCases, type MatrixCase, matrixCases } from './attribution-matrix/cases.ts';
import { judgeRun, type MatrixRun } from './attribution-matrix/judge-case.ts';
import { openStage, type Stage } from './attribution-matrix/open-stage.ts';
import {
  countJudgements,
  type MatrixRow,
  type MatrixTotals,
  renderMatrix,
} from './attribution-matrix/render-matrix.ts';

/**
 * `npm run attribution:matrix`: induces one fault at a time on a real stage, and holds what the reports accuse against
 * it. Writes `reports/attribution/matrix.md` and `matrix.json`, what there is after each case. Exits 1 after a wrong
 * accusation, or more unknowns than one run in nine.
 */
const folder = 'reports/attribution';
const runLimitMs = 120_000;

const { runs, only } = new Command('npm run attribution:matrix --')
  .description(
    'Induces faults one at a time and shows what the reports accuse. Takes some ten minutes; use a quiet machine.',
  )
  .option('--runs <n>', 'runs of each case', parseCount, 5)
  .option('--only <text>', 'only cases whose name contains it; writes no file')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage))
  .allowExcessArguments(false)
  .parse()
  .opts<{ runs: number; only?: string }>();

const rows: MatrixRow[] = [];
const stage = await openStage();
try {
  for (const matrixCase of [...matrixCases, ...doubleCases]) {
    if (only !== undefined && !matrixCase.name.includes(only)) continue;
    rows.push({ matrixCase, runs: await play(stage, matrixCase) });
    if (only === undefined) await write(rows);
  }
} finally {
  await stage.close();
}
process.stdout.write(`\n${renderMatrix(rows)}\n\n${summarise(rows)}\n`);
const { single, double } = countBoth(rows);
const isGood = single.wrong + double.wrong === 0 && single.unknown <= single.runs / 9;
process.exitCode = isGood ? exitCodes.ok : exitCodes.runFailed;

async function play(on: Stage, matrixCase: MatrixCase): Promise<MatrixRun[]> {
  const { url, leave } = await on.enter(matrixCase);
  const client = new ServiceClient(url, null);
  const said: MatrixRun[] = [];
  try {
    await warmUp(url, matrixCase);
    for (let number = 1; number <= runs; number += 1) {
      const run = await measure(client, matrixCase);
      said.push(run);
      const who = run.verdict === 'suspect' ? run.suspects.join(' and ') : `${run.verdict} (${run.reason})`;
      process.stderr.write(`${matrixCase.name} ${number}/${runs}: ${judgeRun(matrixCase, run)}, ${who}\n`);
    }
  } finally {
    await leave();
  }
  return said;
}

/** Code that runs for the first time is several times slower, and would be what is measured. */
async function warmUp(url: string, { workload }: MatrixCase): Promise<void> {
  const path = downloadPath(sanitizeModelId(workload.model_id ?? ''), 'main');
  const download = async () => (await fetch(url + path)).arrayBuffer();
  for (let round = 0; round < 3; round += 1)
    await Promise.all([download(), download(), download(), download()]);
}

async function measure(client: ServiceClient, { name, workload }: MatrixCase): Promise<MatrixRun> {
  const { run_id } = await client.trigger(workload);
  const deadline = performance.now() + runLimitMs;
  for (;;) {
    const results = await client.readResults(run_id);
    if (!isTerminal(results.status) && performance.now() < deadline) await sleep(200);
    else if (results.status !== 'completed') {
      throw new Error(
        `The run of "${name}" is ${results.status}: ${results.failure_reason ?? 'it takes too long'}`,
      );
    } else {
      const path = results.documents['report.json'] ?? '';
      const report = readReport(Buffer.from(await client.readDocument(path)).toString('utf8'));
      const attribution = report.white_box?.attribution;
      if (!attribution) throw new Error(`The report of "${name}" has no attribution.`);
      return {
        verdict: attribution.verdict,
        suspects: attribution.suspects.map(({ resource }) => resource),
        reason: attribution.reason,
        report_verdict: [report.verdict.value, ...report.verdict.reasons].join(': '),
        unexplained_median_share: attribution.unexplained_median_share,
        parts: Object.fromEntries(
          attribution.parts
            .filter(({ mean_ms }) => Math.abs(mean_ms) >= 0.05)
            .map(({ part, mean_ms, alone_ms }) => [
              part,
              [round(mean_ms), alone_ms === null ? null : round(alone_ms)] as const,
            ]),
        ),
      };
    }
  }
}

async function write(played: readonly MatrixRow[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const largest = Math.max(...played.flatMap((row) => row.runs.map((run) => run.unexplained_median_share)));
  const planned = matrixCases.length + doubleCases.length;
  const text = `# Whom reports accuse, by what was induced

One fault at a time on a real stage (service, load generator, embedded stores and shaping proxies, each a process of its
own), ${runs} runs each; the last rows have two causes at once. The right cell is bold. Made by \`npm run attribution:matrix\`;
\`matrix.json\` has every run.${played.length < planned ? ` UNFINISHED: ${played.length} of ${planned} cases.` : ''}

${renderMatrix(played)}

${summarise(played)} The largest median of what no part explains was ${(100 * largest).toFixed(1)} % of a request.
`;
  await writeFile(`${folder}/matrix.md`, text);
  const cases = played.map(({ matrixCase, runs: said }) => ({ ...matrixCase, runs: said }));
  await writeFile(
    `${folder}/matrix.json`,
    `${JSON.stringify({ schema: 'modelrig.attribution-matrix/1', cases }, null, 2)}\n`,
  );
}

function countBoth(played: readonly MatrixRow[]): Record<'single' | 'double', MatrixTotals> {
  const isDouble = ({ matrixCase }: MatrixRow) => doubleCases.includes(matrixCase);
  return {
    single: countJudgements(played.filter((row) => !isDouble(row))),
    double: countJudgements(played.filter(isDouble)),
  };
}

function summarise(played: readonly MatrixRow[]): string {
  const { single: one, double: two } = countBoth(played);
  return `${one.wrong} wrong and ${one.unknown} unknown in ${one.runs} runs of one cause; ${two.wrong} wrong and ${two.unknown} unknown in ${two.runs} of two.`;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('allowed: a whole number from 1 to 99');
  return Number(text);
}
