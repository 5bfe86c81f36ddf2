import { readEnvironmentFingerprint, readSubjectFingerprint } from '../../../bench/index.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { Measured } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

/** Where and with what code this runner measured. Whoever merges adds the data set, which all have in common. */
export async function describeMachine(
  { backend, computeBackend }: RunnerContext,
  { delivery_settings: settings }: RunRecord,
): Promise<Pick<Measured, 'environment' | 'subject'>> {
  if (settings === null) {
    throw new RunStopped(
      'failed',
      'The service that took the trigger is of an older version than this runner.',
    );
  }
  const [environment, subject] = await Promise.all([
    readEnvironmentFingerprint({ backend, dataSet: 'unavailable' }),
    readSubjectFingerprint({ computeBackend, settings }),
  ]);
  return { environment, subject };
}
