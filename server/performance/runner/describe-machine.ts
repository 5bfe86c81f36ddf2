import { readEnvironmentFingerprint, readSubjectFingerprint } from '../../../bench/index.ts';
import type { DeliverySettings } from '../../../contract/delivery-settings.ts';
import type { EnvironmentFingerprint } from '../../../contract/report.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { Fingerprints } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

interface Backends {
  readonly backend: EnvironmentFingerprint['backend'];
  readonly computeBackend: string;
}

/** Where and with what code this runner measured. Whoever merges adds the data set, which all have in common. */
export async function describeMachine(
  { readFingerprints }: Pick<RunnerContext, 'readFingerprints'>,
  { delivery_settings: settings }: RunRecord,
): Promise<Fingerprints> {
  if (settings === null) {
    throw new RunStopped(
      'failed',
      'The service that took the trigger is of an older version than this runner.',
    );
  }
  return readFingerprints(settings);
}

/** Reads the fingerprints of the machine and the checkout that this process runs on. */
export function createFingerprintReader({ backend, computeBackend }: Backends) {
  return async (settings: DeliverySettings): Promise<Fingerprints> => {
    const [environment, subject] = await Promise.all([
      readEnvironmentFingerprint({ backend, dataSet: 'unavailable' }),
      readSubjectFingerprint({ computeBackend, settings }),
    ]);
    return { environment, subject };
  };
}
