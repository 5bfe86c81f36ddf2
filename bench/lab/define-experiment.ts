import { type ExperimentPhase, experimentPhases } from '../../contract/experiment-name.ts';
import { holdsArtifacts, keepsArtifacts } from '../../contract/strategy-limits.ts';
import { defaultWorkload } from '../../contract/workload.ts';
import { describeFaults } from '../scenario/describe-faults.ts';
import { listFaults } from '../scenario/list-faults.ts';
import { show, showAt } from '../scenario/show-value.ts';
import { suggest } from '../scenario/suggest.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { findWorkloadFaults } from '../scenarios/find-workload-faults.ts';
import { createFixedDesign, stagedDesign } from '../statistics/design.ts';
import {
  type CheckedExperiment,
  type ExperimentOptions,
  listOptions,
  optionsSchema,
} from './experiment-options.ts';
import { type ExperimentPlan, nameArtifact } from './experiment-plan.ts';

/** The options of an experiment cannot be measured; the message names each fault, a line each. */
export class WrongExperimentError extends Error {
  constructor(subject: string, faults: readonly string[]) {
    super(listFaults(subject, faults));
    this.name = 'WrongExperimentError';
  }
}

/**
 * An experiment, written before it runs: the file is hashed into its report.
 * @throws {WrongExperimentError} with all faults: each names the option, its value and what is allowed.
 */
export function defineExperiment(options: ExperimentOptions): ExperimentPlan {
  if (typeof options !== 'object' || options === null) {
    throw new WrongExperimentError('The experiment', [
      `it is ${show(options)}; allowed: an object with its options`,
    ]);
  }
  const parsed = optionsSchema.safeParse(options);
  const faults = parsed.success
    ? findContradictions(parsed.data)
    : describeFaults(parsed.error, options, adviseOnKey);
  if (parsed.data === undefined || faults.length > 0) {
    throw new WrongExperimentError(`The experiment ${show(options.name)}`, faults);
  }
  const plan = toPlan(parsed.data);
  defined.add(plan);
  return plan;
}

function adviseOnKey(path: readonly PropertyKey[]): string {
  const allowed = listOptions(path);
  const advice = suggest(String(path.at(-1)), allowed) || ';';
  return `\`${path.join('.')}\` does not exist here${advice} allowed: ${allowed.join(', ')}`;
}

/** What the service would refuse, too, but only once there is one. */
function findContradictions(options: CheckedExperiment): string[] {
  return [
    ...experimentPhases.flatMap((phase) => findIdleLimits(options, phase)),
    ...findScenarioFaults(options),
  ];
}

function findIdleLimits(options: CheckedExperiment, phase: ExperimentPhase): string[] {
  const { delivery, ...limits } = options[phase];
  if (delivery === undefined) return [];
  const idle = [
    ...(holdsArtifacts(delivery) ? [] : (['download_concurrency'] as const)),
    ...(keepsArtifacts(delivery) ? [] : (['cache_bytes'] as const)),
  ].filter((name) => limits[name] !== undefined);
  return idle.map(
    (name) => `${phase}.${name} is ${limits[name]}; allowed: nothing with ${delivery}, which has no such limit`,
  );
}

function findScenarioFaults({ scenario, artifactBytes }: CheckedExperiment): string[] {
  const { scenario: name = defaultWorkload.scenario } = scenario;
  const request = { ...scenario, ...(artifactBytes === undefined ? {} : { model_id: artifactBytes }) };
  return findWorkloadFaults(findScenario(name), request).map(({ field, allowed }) =>
    field === 'model_id'
      ? `artifactBytes is ${artifactBytes}; allowed: ${allowed}`
      : `scenario.${field} is ${showAt(request, [field])}; allowed: ${allowed}`,
  );
}

function toPlan(given: CheckedExperiment): ExperimentPlan {
  const stage = given.stage ?? null;
  const { artifactBytes = null } = given;
  return {
    name: given.name,
    question: given.question,
    hypothesis: given.hypothesis,
    before: { settings: given.before, stage },
    after: { settings: given.after, stage },
    workload: {
      ...given.scenario,
      ...(artifactBytes === null ? {} : { model_id: nameArtifact(artifactBytes) }),
    },
    artifactBytes,
    primary: given.primary,
    margin: given.margin,
    predicted: given.predicted,
    guards: given.guards.map(({ metric, margin: most, scenario }) => ({
      metric,
      margin: most,
      ...(scenario === undefined ? {} : { scenario }),
    })),
    design: given.rounds === 'staged' ? stagedDesign : createFixedDesign(given.rounds),
    budgetMinutes: given.budgetMinutes,
    arithmetic: given.arithmetic ?? null,
    published: given.published ?? null,
  };
}

const defined = new WeakSet<object>();

/** Whether it was made, and so checked, by `defineExperiment`. */
export function isExperimentPlan(value: unknown): value is ExperimentPlan {
  return typeof value === 'object' && value !== null && defined.has(value);
}
