import { z } from 'zod';
import { longestSeconds, parseDuration } from './parse-duration.ts';
import { type RequestFunction, requestSchema } from './request-options.ts';

const durationRule = 'a text with units such as "30s", "1m30s" or "500ms", above 0 and at most 24h';
const pauseRule = 'a text with units such as "30s" or "0s", at most 24h';
const wholeRampRule = 'a list of stages that last at most 24h together';
const vusRule = 'a whole number of virtual users from 1 to 1000';
const levelRule = 'a whole number of virtual users from 0 to 1000';
const countRule = 'a whole number, 1 or more';
const shareRule = 'a share from 0 to 1';
const functionRule = 'a function';
const requestRule =
  '{ name, method, path, headers, range, expect }, or a function that makes one from random numbers and models';
const checkRule =
  '{ header, equals }: only headers can be checked, status and length are part of `request.expect`';

/** Ten times what a generator can send. At a higher rate its event loop would do nothing but count what it drops. */
const mostArrivalsPerSecond = 100_000;

const duration = z
  .string(durationRule)
  .transform((value) => parseDuration(value) ?? Number.NaN)
  .refine((seconds) => seconds > 0 && seconds <= longestSeconds, durationRule);
const pause = z
  .string(pauseRule)
  .transform((value) => parseDuration(value) ?? Number.NaN)
  .refine((seconds) => seconds <= longestSeconds, pauseRule);
const vus = z.int(vusRule).min(1, vusRule).max(1_000, vusRule);
const level = z.int(levelRule).min(0, levelRule).max(1_000, levelRule);
const count = z.int(countRule).min(1, countRule);
const share = z.number(shareRule).min(0, shareRule).max(1, shareRule);
const text = z.string('a text').min(1, 'a text');

const thresholdRule = 'an expression such as "p(99)<300", or { threshold, abortOnFail, delayAbortEval }';
const thresholdsRule = 'a list of expressions such as "p(99)<300", or such lists by metric';
const threshold = z.union(
  [
    text,
    z.strictObject({
      threshold: text,
      abortOnFail: z.boolean().default(false),
      delayAbortEval: pause.default(0),
    }),
  ],
  thresholdRule,
);

const common = {
  name: text,
  request: z.union([z.custom<RequestFunction>(isFunction), requestSchema], requestRule).optional(),
  models: z.enum(['one', 'all'], '"one" or "all"').default('one'),
  timeout: duration.default(60),
  gracefulStop: pause.default(30),
  digestSampleRate: share.default(0.1),
  seed: z.int('a whole number').default(1),
  tags: z.record(z.string(), z.string('a text')).default({}),
  thresholds: z
    .union([z.array(threshold), z.record(z.string(), z.array(threshold, thresholdsRule))], thresholdsRule)
    .default([]),
  checks: z
    .record(
      z.string(),
      z.strictObject({ header: text, equals: z.string('a text').nullable().default(null) }, checkRule),
    )
    .default({}),
  setup: z.custom<(target: { readonly url: string }) => unknown>(isFunction, functionRule).optional(),
  teardown: z.custom<(data: unknown) => unknown>(isFunction, functionRule).optional(),
};

/** Faults between options are told beside those of single ones; what is no number is less than nothing. */
function beside({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null;
}

/** What every executor takes; what is only one's own is passed over. */
export const commonSchema = z.looseObject(common);

/** What each executor takes, in k6's names and with k6's defaults. */
export const executorSchemas = {
  'per-vu-iterations': z.strictObject({
    ...common,
    executor: z.literal('per-vu-iterations'),
    vus: vus.default(1),
    iterations: count.default(1),
    maxDuration: duration.default(600),
  }),
  'shared-iterations': z.strictObject({
    ...common,
    executor: z.literal('shared-iterations'),
    vus: vus.default(1),
    iterations: count.default(1),
    maxDuration: duration.default(600),
  }),
  'constant-vus': z.strictObject({
    ...common,
    executor: z.literal('constant-vus'),
    vus: vus.default(1),
    duration,
  }),
  'ramping-vus': z.strictObject({
    ...common,
    executor: z.literal('ramping-vus'),
    startVUs: level.default(1),
    stages: z
      .array(z.strictObject({ duration: pause, target: level }), 'a list of { duration, target }')
      .refine((stages) => stages.some((stage) => stage.duration > 0), 'a list of stages that last')
      .refine((stages) => addDurations(stages) <= longestSeconds, wholeRampRule)
      .refine((stages) => stages.some((stage) => stage.target > 0), 'a list of stages with a target above 0'),
  }),
  'constant-arrival-rate': z
    .strictObject({
      ...common,
      executor: z.literal('constant-arrival-rate'),
      rate: z.number('a number above 0').positive('a number above 0'),
      timeUnit: duration.default(1),
      duration,
      preAllocatedVUs: vus,
      maxVUs: vus.optional(),
    })
    .refine(({ rate, timeUnit }) => !(rate / timeUnit > mostArrivalsPerSecond), {
      path: ['rate'],
      message: `at most ${mostArrivalsPerSecond} in a second`,
      when: beside,
    })
    .refine(({ preAllocatedVUs, maxVUs }) => !(Number(maxVUs) < preAllocatedVUs), {
      path: ['maxVUs'],
      message: 'at least preAllocatedVUs',
      when: beside,
    }),
} as const;

type Schemas = typeof executorSchemas;
export type ScenarioOptions = z.input<Schemas[keyof Schemas]>;
export type CheckedOptions = z.output<Schemas[keyof Schemas]>;
export type ThresholdOption = z.output<typeof threshold>;

function addDurations(stages: readonly { readonly duration: number }[]): number {
  return stages.reduce((sum, { duration }) => sum + duration, 0);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
