import { executors, type Scenario, type ScenarioThreshold } from '../scenario.ts';
import { describeFaults } from './describe-faults.ts';
import { listFaults } from './list-faults.ts';
import { readListedMetric } from './read-listed-metric.ts';
import { adviseOn, adviseOnExecutor, adviseOnRequest } from './refused-options.ts';
import { createPlan } from './request-options.ts';
import {
  type CheckedOptions,
  commonSchema,
  executorSchemas,
  type ScenarioOptions,
  type ThresholdOption,
} from './scenario-options.ts';
import { show } from './show-value.ts';

const defined = new WeakSet<object>();

/** The options of a scenario cannot be run; the message names each fault, a line each. */
export class WrongScenarioError extends Error {
  readonly subject: string;
  readonly faults: readonly string[];
  /** As far as they can be read, for who knows their grammar to find the faults in them, too. */
  readonly thresholds: readonly ScenarioThreshold[];

  constructor(subject: string, faults: readonly string[], thresholds: readonly ScenarioThreshold[]) {
    super(listFaults(subject, faults));
    this.name = 'WrongScenarioError';
    this.subject = subject;
    this.faults = faults;
    this.thresholds = thresholds;
  }
}

/** Whether a value was made by `defineScenario`, and so was checked. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && defined.has(value);
}

/**
 * Checks a scenario written in k6's vocabulary and brings it into the form that the engine works with.
 * @throws {WrongScenarioError} with all faults: each names the option, its value and what is allowed.
 */
export function defineScenario<Options extends ScenarioOptions>(
  options: Options,
): Extract<Scenario, { executor: Options['executor'] }>;
export function defineScenario(options: ScenarioOptions): Scenario {
  const executor = executors.find((name) => name === options?.executor);
  const parsed = (executor === undefined ? commonSchema : executorSchemas[executor]).safeParse(options);
  const thresholds = readThresholds(options);
  const faults = [
    ...(executor === undefined ? adviseOnExecutor(options) : []),
    ...(parsed.success || !isObject(options)
      ? []
      : describeFaults(parsed.error, options, (path) => adviseOnKey(path, executor))),
    ...(isObject(options) ? findEmptyThresholds(thresholds, options) : []),
  ];
  if (faults.length > 0) throw new WrongScenarioError(nameScenario(options), faults, thresholds);
  const scenario = normalise(parsed.data as CheckedOptions);
  defined.add(scenario);
  return scenario;
}

function isObject(options: unknown): options is object {
  return typeof options === 'object' && options !== null;
}

/** Those that are written as they have to be, whatever is wrong with the rest. */
function readThresholds(options: unknown): ScenarioThreshold[] {
  const { thresholds } = isObject(options) ? (options as { readonly thresholds?: unknown }) : {};
  const parsed = commonSchema.shape.thresholds.safeParse(thresholds);
  return parsed.success ? listThresholds(parsed.data) : [];
}

function nameScenario(options: unknown): string {
  const { name } = isObject(options) ? (options as { readonly name?: unknown }) : {};
  return name === undefined ? 'The scenario' : `The scenario ${show(name)}`;
}

function adviseOnKey(path: readonly PropertyKey[], executor: Scenario['executor'] | undefined): string {
  const key = String(path.at(-1));
  if (path.length === 1 && executor !== undefined) return adviseOn(key, executor);
  if (path.length === 2 && path[0] === 'request') return adviseOnRequest(key);
  return `\`${path.join('.')}\` does not exist here`;
}

function normalise(options: CheckedOptions): Scenario {
  const base = {
    name: options.name,
    planRequest: createPlan(options.request),
    models: options.models,
    deadlineSeconds: options.timeout,
    gracefulStopSeconds: options.gracefulStop,
    digestSampleRate: options.digestSampleRate,
    seed: options.seed,
    tags: options.tags,
    thresholds: listThresholds(options.thresholds),
    checks: Object.entries(options.checks).map(([name, check]) => ({ name, ...check })),
    setup: options.setup ?? null,
    teardown: options.teardown ?? null,
  };
  switch (options.executor) {
    case 'per-vu-iterations':
    case 'shared-iterations': {
      const { executor, vus, iterations, maxDuration } = options;
      return { ...base, executor, vus, iterations, maxDurationSeconds: maxDuration };
    }
    case 'constant-vus':
      return { ...base, executor: options.executor, vus: options.vus, durationSeconds: options.duration };
    case 'ramping-vus':
      return {
        ...base,
        executor: options.executor,
        startVus: options.startVUs,
        stages: options.stages.map(({ duration, target }) => ({ durationSeconds: duration, target })),
      };
    case 'constant-arrival-rate':
      return {
        ...base,
        thresholds: withDropsForbidden(base.thresholds),
        executor: options.executor,
        rate: options.rate,
        timeUnitSeconds: options.timeUnit,
        durationSeconds: options.duration,
        preAllocatedVus: options.preAllocatedVUs,
        maxVus: options.maxVUs ?? options.preAllocatedVUs,
      };
  }
}

/** Without a check there is never a sample, and what has no sample does not pass. */
function findEmptyThresholds(
  thresholds: readonly ScenarioThreshold[],
  { checks = {} }: { readonly checks?: unknown },
): string[] {
  if (!isObject(checks) || Object.keys(checks).length > 0) return [];
  return thresholds
    .filter(({ metric }) => metric === 'checks')
    .map(
      ({ expression }) =>
        `thresholds.checks is ${show(expression)}; allowed: nothing, as there are no \`checks\``,
    );
}

/** A list names the metric in each expression, a record names it once for all of its own. */
function listThresholds(thresholds: CheckedOptions['thresholds']): ScenarioThreshold[] {
  if (Array.isArray(thresholds)) {
    return thresholds.map((option) => {
      const { expression, ...rest } = readThreshold(option);
      return { metric: readListedMetric(expression), expression, ...rest };
    });
  }
  return Object.entries(thresholds).flatMap(([metric, options]) =>
    options.map((option) => ({ metric, ...readThreshold(option) })),
  );
}

function readThreshold(option: ThresholdOption): Omit<ScenarioThreshold, 'metric'> {
  if (typeof option === 'string') {
    return { expression: option, abortOnFail: false, delayAbortEvalSeconds: 0 };
  }
  return {
    expression: option.threshold,
    abortOnFail: option.abortOnFail,
    delayAbortEvalSeconds: option.delayAbortEval,
  };
}

/** A rate that was missed is a failure unless the scenario says how much of it is none. */
function withDropsForbidden(thresholds: readonly ScenarioThreshold[]): ScenarioThreshold[] {
  if (thresholds.some(({ metric }) => metric === 'dropped_iterations')) return [...thresholds];
  return [
    ...thresholds,
    {
      metric: 'dropped_iterations',
      expression: 'count==0',
      abortOnFail: false,
      delayAbortEvalSeconds: 0,
      implied: true,
    },
  ];
}
