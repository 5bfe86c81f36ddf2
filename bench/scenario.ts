/** What a model that can be downloaded looks like to a scenario. Paths begin with `/`. */
export interface ServedModel {
  readonly id: string;
  /** Where its artifact is downloaded. */
  readonly path: string;
  /** Where its record is read. */
  readonly recordPath: string;
  readonly sizeBytes: number;
  /** `sha256:<hex>`; null where it is not known, and nothing is hashed. */
  readonly digest: string | null;
}

/** Bytes `first` to `last`, both included, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** What an answer has to be; null leaves a thing open. */
export interface Expectation {
  readonly status: number;
  /** Of the body; for HEAD of the body that GET would have. */
  readonly bytes: number | null;
  /** `sha256:<hex>` of the body, compared on the sample of the responses that is hashed. */
  readonly digest: string | null;
  /** Media type in lower case, without parameters; where it is given and `bytes` is not, no empty body is right. */
  readonly contentType: string | null;
}

/** One request and what is expected of its answer. */
export interface RequestSpec {
  /** The kind of request, by which a ledger tells them apart. */
  readonly name: string;
  readonly method: 'GET' | 'HEAD';
  /** With its query; begins with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly range: ByteRange | null;
  readonly expect: Expectation;
}

/** Plans the next request from seeded numbers from 0 to 1 alone, so that a seed repeats a load. */
export type PlanRequest = (random: () => number, models: readonly ServedModel[]) => RequestSpec;

/** A header that every answer is held against; a check fails without making the request fail, as in k6. */
export interface HeaderCheck {
  readonly name: string;
  readonly header: string;
  /** Null asks only that the header is there. */
  readonly equals: string | null;
}

/** As written in k6's grammar; what it means is read by the thresholds' own parser. */
export interface ScenarioThreshold {
  readonly metric: string;
  readonly expression: string;
  readonly abortOnFail: boolean;
  readonly delayAbortEvalSeconds: number;
  /** Comes with the executor, not from the scenario. */
  readonly implied?: true;
}

/** Of a load over several runners, what comes in an order is dealt out in turn: `index`, `index + of` and so on. */
export interface OrderShare {
  readonly index: number;
  readonly of: number;
}

export interface RampStage {
  readonly durationSeconds: number;
  /** Virtual users at the stage's end, reached evenly. */
  readonly target: number;
}

interface ScenarioBase {
  readonly name: string;
  readonly planRequest: PlanRequest;
  /** Whether it is given one model, or all that the registry has. */
  readonly models: 'one' | 'all';
  /** Deadline of each request, its connecting included. */
  readonly deadlineSeconds: number;
  /** How long what is in flight may go on after the last request was sent. */
  readonly gracefulStopSeconds: number;
  /** Share of the responses whose body is hashed and compared, 0 to 1; the first one always is. */
  readonly digestSampleRate: number;
  /** Of the numbers that requests are planned from. */
  readonly seed: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly thresholds: readonly ScenarioThreshold[];
  readonly checks: readonly HeaderCheck[];
  /** Runs before the load and outside of every figure; what it returns goes to `teardown`. */
  readonly setup: ((target: { readonly url: string }) => unknown) | null;
  readonly teardown: ((data: unknown) => unknown) | null;
}

/** Every virtual user makes its iterations by itself; all start together. */
export interface PerVuIterations extends ScenarioBase {
  readonly executor: 'per-vu-iterations';
  readonly vus: number;
  /** Requests that each virtual user makes, one after the other. */
  readonly iterations: number;
  /** No request starts later than this. */
  readonly maxDurationSeconds: number;
}

/** The virtual users share one number of iterations; a faster one makes more of them. */
export interface SharedIterations extends ScenarioBase {
  readonly executor: 'shared-iterations';
  readonly vus: number;
  /** Requests of all virtual users together. */
  readonly iterations: number;
  readonly maxDurationSeconds: number;
}

/** The virtual users make as many requests as they can. */
export interface ConstantVus extends ScenarioBase {
  readonly executor: 'constant-vus';
  readonly vus: number;
  readonly durationSeconds: number;
}

/** As constant-vus, with a number of virtual users that changes evenly within each stage. */
export interface RampingVus extends ScenarioBase {
  readonly executor: 'ramping-vus';
  readonly startVus: number;
  readonly stages: readonly RampStage[];
  /** Which of the virtual users are this runner's; all of them when absent. */
  readonly share?: OrderShare;
}

/** The open model: requests start at fixed intervals, whether or not earlier ones have ended. */
export interface ConstantArrivalRate extends ScenarioBase {
  readonly executor: 'constant-arrival-rate';
  /** Requests per `timeUnitSeconds`. */
  readonly rate: number;
  readonly timeUnitSeconds: number;
  readonly durationSeconds: number;
  readonly preAllocatedVus: number;
  /** With this many busy, a request that is due is dropped and counted. */
  readonly maxVus: number;
  /** Which of the arrivals are this runner's; all of them when absent. */
  readonly share?: OrderShare;
}

/** What the load does, in k6's vocabulary. Times are seconds. Made by `defineScenario`. */
export type Scenario = PerVuIterations | SharedIterations | ConstantVus | RampingVus | ConstantArrivalRate;

export const executors = [
  'per-vu-iterations',
  'shared-iterations',
  'constant-vus',
  'ramping-vus',
  'constant-arrival-rate',
] as const satisfies readonly Scenario['executor'][];

/** The most requests that the scenario can have in flight. */
export function countMostVus(scenario: Scenario): number {
  switch (scenario.executor) {
    case 'ramping-vus':
      return countOwn(Math.max(scenario.startVus, ...scenario.stages.map(({ target }) => target)), scenario);
    case 'constant-arrival-rate':
      return scenario.maxVus;
    default:
      return scenario.vus;
  }
}

/** What the number of a scenario's requests follows from. */
export type RequestCount =
  | Pick<PerVuIterations, 'executor' | 'vus' | 'iterations'>
  | Pick<SharedIterations, 'executor' | 'iterations'>
  | Pick<ConstantArrivalRate, 'executor' | 'rate' | 'timeUnitSeconds' | 'durationSeconds' | 'share'>
  | Pick<ConstantVus | RampingVus, 'executor'>;

/** How many requests it will make; null where that depends on how fast they are answered. */
export function countPlannedRequests(scenario: RequestCount): number | null {
  switch (scenario.executor) {
    case 'per-vu-iterations':
      return scenario.vus * scenario.iterations;
    case 'shared-iterations':
      return scenario.iterations;
    case 'constant-arrival-rate':
      return countArrivals(scenario);
    default:
      return null;
  }
}

/** Those that are due before the end; a product such as 50 * 1.1 may be a rounding error above a whole number. */
function countArrivals(
  scenario: Pick<ConstantArrivalRate, 'rate' | 'timeUnitSeconds' | 'durationSeconds' | 'share'>,
): number {
  const arrivals = (scenario.durationSeconds * scenario.rate) / scenario.timeUnitSeconds;
  return countOwn(Math.ceil(arrivals - 1e-6), scenario);
}

function countOwn(count: number, { share = { index: 0, of: 1 } }: { readonly share?: OrderShare }): number {
  return Math.ceil((count - share.index) / share.of);
}
