import { table } from '../../bench/report/markdown/markdown.ts';
import type { MatrixCase } from './cases.ts';
import { judgeRun, type MatrixRun } from './judge-case.ts';

export interface MatrixRow {
  readonly matrixCase: MatrixCase;
  readonly runs: readonly MatrixRun[];
}

/** The confusion matrix: what was induced against what was accused, with a cell for nobody and one for unknown. */
export function renderMatrix(rows: readonly MatrixRow[]): string {
  const columns = [...new Set(rows.flatMap(({ matrixCase }) => nameSet(matrixCase.expected))), 'unknown'];
  const others = [...new Set(rows.flatMap(({ runs }) => runs.map(nameRun)))].filter(
    (name) => !columns.includes(name),
  );
  const header = ['induced', ...columns, ...others];
  const cells = rows.map(({ matrixCase, runs }) => [
    matrixCase.name,
    ...[...columns, ...others].map((name) => {
      const count = runs.filter((run) => nameRun(run) === name).length;
      return count === 0 ? '' : name === nameSet(matrixCase.expected)[0] ? `**${count}**` : String(count);
    }),
  ]);
  return table(header, cells, `l${'r'.repeat(header.length - 1)}`);
}

export interface MatrixTotals {
  readonly runs: number;
  readonly wrong: number;
  readonly unknown: number;
}

export function countJudgements(rows: readonly MatrixRow[]): MatrixTotals {
  const judged = rows.flatMap(({ matrixCase, runs }) => runs.map((run) => judgeRun(matrixCase, run)));
  return {
    runs: judged.length,
    wrong: judged.filter((one) => one === 'wrong').length,
    unknown: judged.filter((one) => one === 'unknown').length,
  };
}

function nameSet(suspects: readonly string[]): string[] {
  return [suspects.length === 0 ? 'nobody' : [...suspects].sort().join(' and ')];
}

function nameRun({ verdict, suspects }: MatrixRun): string {
  return verdict === 'unknown' ? 'unknown' : (nameSet(suspects)[0] ?? 'nobody');
}
