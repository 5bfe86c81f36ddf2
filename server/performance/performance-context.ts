import type { DeliverySettings } from '../../contract/delivery-settings.ts';
import type { DeliveryStrategy } from '../../contract/environment.ts';
import type { ModelStore } from '../registry/stores.ts';
import type { DocumentStore } from './document-store.ts';
import type { Launcher } from './launcher.ts';
import type { RunStore } from './run-store.ts';

/** What the service's side of a run works with. */
export interface PerformanceContext {
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  readonly launcher: Launcher;
  readonly models: Pick<ModelStore, 'find' | 'listModels'>;
  /** The service's own, which a run's profile is laid over. */
  readonly deliverySettings: DeliverySettings;
  /** What no run's profile may ask for on this backend; nothing when absent. */
  readonly refusedStrategies?: readonly DeliveryStrategy[];
  readonly launchTimeoutSeconds: number;
}
