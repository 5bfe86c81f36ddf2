import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Judgement, Validation, ValidationResult } from '../validation.ts';
import { climbLadder, ladderFolder } from './climb-ladder.ts';
import type { Ladder } from './ladder-document.ts';
import { isDifferent, renderLadder } from './render-ladder.ts';
import { margin, pairs, rungs } from './rungs.ts';

/** More than these of 20 come by chance in 1.6 % of the cases when 5 % are false. */
const mostFalse = 3;

export const roundsValidation: Validation = {
  name: 'rounds',
  claim:
    'on real rounds, experiments without a difference are not called different, and injected slowdowns of 5, 10 and 20 % are found; goes on after any end',
  seconds: 5_400,
  run: proveRounds,
};

async function proveRounds(say: (text: string) => void): Promise<ValidationResult> {
  const results = await climbLadder(say);
  const ladder: Ladder = {
    schema: 'modelrig.ladder/1',
    pairs,
    margin,
    rungs: [...rungs],
    results,
  };
  const text = renderLadder(ladder);
  const folder = await place(ladder, text);
  say(`report: ${join(folder, 'report.md')}`);
  return { table: text, judgements: rungs.map((rung) => judgeRung(ladder, rung.name, rung.slowdown)) };
}

/** The next version below `reports/`, or the folder of drafts where a round may not be published. */
async function place(ladder: Ladder, text: string): Promise<string> {
  const isDraft = ladder.results.some(({ is_draft }) => is_draft);
  const home = join('reports', 'ladder');
  const versions = (await readdir(home).catch(() => [])).map(Number).filter(Number.isInteger);
  const folder = isDraft ? ladderFolder : join(home, String(Math.max(0, ...versions) + 1));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(ladder, null, 2)}\n`);
  await writeFile(join(folder, 'report.md'), text);
  if (!isDraft) await rm(ladderFolder, { recursive: true, force: true });
  return folder;
}

function judgeRung({ results }: Ladder, name: string, slowdown: number): Judgement {
  const own = results.filter(({ rung }) => rung === name);
  if (slowdown === 0) {
    const wrong = own.filter(isDifferent).length;
    return {
      text: `${wrong} of ${own.length} experiments without a difference called different; at most ${mostFalse}`,
      holds: wrong <= mostFalse,
    };
  }
  const found = own.filter(({ verdict }) => verdict === 'WORSE').length;
  return {
    text: `${found} of ${own.length} slowdowns by ${Math.round(100 * slowdown)} % found; at least ${own.length - 1}`,
    holds: found >= own.length - 1,
  };
}
