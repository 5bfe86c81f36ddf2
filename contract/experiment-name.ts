import { z } from 'zod';

/** The two arms of an experiment: each of its runs is of one of them. */
export const experimentPhases = ['before', 'after'] as const;
export const phaseSchema = z.enum(experimentPhases);
export type ExperimentPhase = z.infer<typeof phaseSchema>;

/** Names an experiment in paths, keys and folders. */
const experimentNamePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
export const experimentNameRule = '1 to 64 characters of a-z 0-9 - starting with a letter or digit';
export const experimentNameSchema = z
  .string(experimentNameRule)
  .regex(experimentNamePattern, experimentNameRule);
