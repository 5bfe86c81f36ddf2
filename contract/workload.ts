import { z } from 'zod';
import { profileSchema } from './delivery-settings.ts';
import { experimentNameSchema, experimentPhases } from './experiment-name.ts';
import { isModelId, isVersion, modelIdRule, movableVersion, versionRule } from './model-id.ts';

/** The loads that a workload may name; what each does is the harness's to say. */
export const scenarioNames = [
  'burst-100',
  'sustained-100',
  'ramp',
  'zipf-500',
  'metadata',
  'resume',
  'open-rate',
] as const;

const scenarioRule = `one of ${scenarioNames.join(', ')}`;
/** What one runner takes: more clients than that need more runners. */
export const mostClientsOfRunner = 1_000;
/** Where one partition of DynamoDB's runs table ends, by the heartbeats: see infra's limits. */
export const mostRunners = 1_000;

/** Of one machine: each is a process of 100 MB and more beside the service. */
export const mostLocalRunners = 64;

const clientsRule = 'a whole number from 1 to 1000, or to 1000 for each of runner_tasks';
const tasksRule = `a whole number from 1 to ${mostRunners}`;
const fewerRule = 'true or false';
const requestsRule = 'a whole number from 1 to 10000';
const durationRule = 'a whole number of seconds from 1 to 3600';
const phaseRule = `one of ${experimentPhases.join(', ')}`;
const noteRule = 'a text of at most 500 characters';

/**
 * What the trigger takes. What is given overrides the scenario's own value; `duration_seconds` is the deadline of
 * each request, and so of a burst as a whole, and caps a scenario's own duration.
 */
export const workloadRequestSchema = z.strictObject({
  scenario: z.enum(scenarioNames, scenarioRule).optional(),
  num_clients: z
    .int(clientsRule)
    .min(1, clientsRule)
    .max(mostClientsOfRunner * mostRunners, clientsRule)
    .optional(),
  requests_per_client: z.int(requestsRule).min(1, requestsRule).max(10_000, requestsRule).optional(),
  model_id: z.string(`a model id: ${modelIdRule}`).refine(isModelId, `a model id: ${modelIdRule}`).optional(),
  version: z.string(`a version: ${versionRule}`).refine(isVersion, `a version: ${versionRule}`).optional(),
  duration_seconds: z.int(durationRule).min(1, durationRule).max(3600, durationRule).optional(),
  /** How many runners share the load, each a process or a Fargate task; 1 when absent. */
  runner_tasks: z.int(tasksRule).min(1, tasksRule).max(mostRunners, tasksRule).optional(),
  /** Whether the runners that are there may share the whole load when others do not come. */
  allow_fewer: z.boolean(fewerRule).optional(),
  profile: profileSchema.optional(),
  /** Makes the run one of an experiment, with `phase`. */
  experiment: experimentNameSchema.optional(),
  phase: z.enum(experimentPhases, phaseRule).optional(),
  note: z.string(noteRule).max(500, noteRule).optional(),
});
export type WorkloadRequest = z.infer<typeof workloadRequestSchema>;

/**
 * What a run does: what was asked for, filled up with the scenario's own values. Asking for what is not null here
 * repeats it. Records of older versions, all of them bursts, lack what has a default.
 */
export const workloadSchema = z.object({
  scenario: z.string().default('burst-100'),
  /** Null where the scenario has no fixed number of them. */
  num_clients: z.int().nullable(),
  /** Null where the scenario counts otherwise and nothing else was asked for. */
  requests_per_client: z.int().nullable().default(1),
  /** Null, as `version`, where the scenario asks for all models. */
  model_id: z.string().nullable(),
  version: z.string().nullable(),
  /** Null where nothing was asked for and the scenario's own times hold. */
  duration_seconds: z.int().nullable(),
  /** Absent where one runner drives the load. */
  runner_tasks: z.int().optional(),
  allow_fewer: z.boolean().optional(),
  profile: profileSchema.optional(),
  experiment: z.string().optional(),
  phase: z.enum(experimentPhases).optional(),
  note: z.string().optional(),
});
export type Workload = z.infer<typeof workloadSchema>;

/** Nothing asked for: 100 clients download Tiny-LLM once, each request within five minutes. */
export const defaultWorkload = {
  scenario: 'burst-100',
  num_clients: 100,
  requests_per_client: 1,
  model_id: 'arnir0/Tiny-LLM',
  version: movableVersion,
  duration_seconds: 300,
} as const satisfies Workload;
