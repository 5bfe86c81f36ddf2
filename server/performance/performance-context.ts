import type { DeliverySettings } from '../../contract/delivery-settings.ts';
import type { DeliveryStrategy } from '../../contract/environment.ts';
import type { Launcher } from '../launcher.ts';
import type { ModelStore } from '../registry/stores.ts';
import type { DocumentStore } from './document-store.ts';
import type { RunStore } from './run-store.ts';
import { createServiceLaunches, type ServiceLaunches } from './service-launches.ts';
import { createServiceMerges } from './service-merges.ts';
import type { SettleContext } from './settle-run.ts';

interface PerformanceParts {
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  readonly launcher: Launcher;
  readonly models: Pick<ModelStore, 'find' | 'listModels'>;
  /** The service's own, which a run's profile is laid over. */
  readonly deliverySettings: DeliverySettings;
  /** What no run's profile may ask for on this backend; nothing when absent. */
  readonly refusedStrategies?: readonly DeliveryStrategy[];
  /** Connections to S3 that a run's profile may have, for want of open files; no limit when absent. */
  readonly mostRunSockets?: number;
  readonly launchTimeoutSeconds: number;
  /** That the clients of one run may download; no limit when absent. */
  readonly maxRunBytes?: number;
}

/** What the service's side of a run works with. */
export type PerformanceContext = PerformanceParts & ServiceLaunches & Pick<SettleContext, 'mergeRun'>;

/** Joins the parts with what the service does for runs that lost their launch or their runners. */
export function createPerformanceContext(
  parts: PerformanceParts,
  onError: (error: unknown) => void,
): PerformanceContext {
  return {
    ...parts,
    ...createServiceLaunches(parts.runs, parts.launcher),
    mergeRun: createServiceMerges(parts, onError),
  };
}
