import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { conductExperiment } from '../../../bench/cli/conduct-experiment.ts';
import { Terminal } from '../../../bench/cli/terminal.ts';
import { readCheckout, repositoryFolder } from '../../../bench/report/fingerprint/read-subject.ts';
import type { Experiment } from '../../../contract/experiment.ts';
import { planStage } from '../../lab/plan-stage.ts';
import { type LadderResult, ladderResultSchema } from './ladder-document.ts';
import { planRung, type Rung, rungs } from './rungs.ts';

/** Where results are kept until all are there. */
export const ladderFolder = join('reports', 'drafts', 'ladder');
const resultsFile = join(ladderFolder, 'results.jsonl');

/**
 * Every experiment of every rung, one after the other; what an earlier process finished is not done again, and what it left
 * half done goes on.
 */
export async function climbLadder(say: (text: string) => void): Promise<LadderResult[]> {
  await mkdir(ladderFolder, { recursive: true });
  const { git_commit, git_dirty } = await readCheckout(repositoryFolder);
  const results = (await readResults()).filter(({ commit }) => commit === git_commit);
  const total = rungs.reduce((sum, rung) => sum + rung.experiments, 0);
  for (const rung of rungs) {
    for (let number = 1; number <= rung.experiments; number += 1) {
      if (results.some((result) => result.rung === rung.name && result.number === number)) continue;
      const experiment = await conduct(rung, number, `${git_commit}${git_dirty === true ? ', dirty' : ''}`);
      const result = summarise(rung, number, experiment);
      await appendFile(resultsFile, `${JSON.stringify(result)}\n`);
      results.push(result);
      say(
        `${results.length} of ${total}: ${rung.name} ${number}: ${result.verdict} (${result.ratio.estimate})`,
      );
    }
  }
  return results;
}

async function conduct(rung: Rung, number: number, commit: string): Promise<Experiment> {
  const plan = planRung(rung, number);
  // Rounds of another commit do not go on.
  const folder = join(ladderFolder, commit.slice(0, 12), plan.name);
  const arm = (phase: 'before' | 'after') =>
    ({
      kind: 'fresh',
      commands: planStage.round(plan[phase].settings, plan[phase].stage),
      token: null,
    }) as const;
  const experiment = await conductExperiment(
    {
      plan,
      definition: null,
      folder,
      session: planStage.session(plan.artifactBytes),
      arms: { before: arm('before'), after: arm('after') },
      workload: () => plan.workload,
      reference: null,
      withGuards: false,
      pairs: null,
      seed: null,
      restart: false,
      identity: { commit },
      origin: { kind: 'lab', url: null, number: null },
      command: null,
      previous: null,
      draftReasons: [],
    },
    new Terminal(process.stderr),
    new AbortController().signal,
  );
  await rm(folder, { recursive: true, force: true });
  return experiment;
}

function summarise(rung: Rung, number: number, experiment: Experiment): LadderResult {
  const [primary] = experiment.metrics;
  if (!primary?.ratio) throw new Error(`${rung.name} ${number}: ${experiment.verdict.reasons.join('; ')}`);
  const { subject } = experiment.arms.before;
  return {
    rung: rung.name,
    number,
    seed: experiment.design.seed ?? 0,
    verdict: experiment.verdict.value,
    reasons: experiment.verdict.reasons,
    ratio: primary.ratio,
    noise: experiment.noise,
    started_at: experiment.started_at,
    completed_at: experiment.completed_at,
    commit: subject.git_commit,
    is_draft: experiment.draft_reasons.length > 0,
    environment: experiment.environment,
  };
}

async function readResults(): Promise<LadderResult[]> {
  const text = await readFile(resultsFile, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => ladderResultSchema.parse(JSON.parse(line)));
}
