import { runScenario } from '../../../bench/engine/run-scenario.ts';
import { defineScenario } from '../../../bench/scenario/define-scenario.ts';
import type { ScenarioOptions } from '../../../bench/scenario/scenario-options.ts';
import type { Attempt } from '../../../contract/ledger.ts';
import type { Generator } from '../../../contract/report.ts';
import { answerParent } from './answer-parent.ts';

export interface EngineOrder {
  readonly url: string;
  readonly scenario: ScenarioOptions;
}

export interface EngineResult {
  readonly attempts: readonly Attempt[];
  readonly generator: Generator;
  readonly droppedIterations: number;
  /** What the sockets counted. */
  readonly wireBytes: number;
}

/** The load engine in a process of its own, as a runner has it: one question is one load. */
answerParent('ready', async (question): Promise<EngineResult> => {
  const { url, scenario } = question as EngineOrder;
  const { attempts, generator, droppedIterations, wire } = await runScenario({
    scenario: defineScenario(scenario),
    url,
    headers: {},
    models: [],
  });
  return { attempts: [...attempts], generator, droppedIterations, wireBytes: wire?.socket ?? 0 };
});
