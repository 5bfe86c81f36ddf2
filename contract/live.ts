import { z } from 'zod';
import { progressSchema } from './run.ts';

/** The run's progress from its start, oldest first; also the data of a `progress` event. */
export const progressCurveSchema = z.object({ points: z.array(progressSchema) });
export type ProgressCurve = z.infer<typeof progressCurveSchema>;
