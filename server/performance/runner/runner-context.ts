import type { measureLoad, startCalibrator } from '../../../bench/index.ts';
import type { DeliverySettings } from '../../../contract/delivery-settings.ts';
import type { StoresCounts } from '../../../contract/store-counts.ts';
import type { ModelStore } from '../../registry/stores.ts';
import type { DocumentStore } from '../document-store.ts';
import type { RunStore } from '../run-store.ts';
import type { Fingerprints } from './run-part.ts';

/** What a runner works with: the stores, the service it loads, and what its report says about both. */
export interface RunnerContext {
  /** Which process or task this is. */
  readonly runner: string;
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  readonly models: Pick<ModelStore, 'find' | 'listModels'>;
  readonly measureLoad: typeof measureLoad;
  readonly startCalibrator: typeof startCalibrator;
  readonly targetUrl: string;
  readonly launchTimeoutSeconds: number;
  readonly readFingerprints: (settings: DeliverySettings) => Promise<Fingerprints>;
  readonly modelsBucket: string;
  /** What the stores counted themselves up to now. */
  readonly readStoresCounts: () => Promise<StoresCounts>;
  readonly warn: (message: string) => void;
}
