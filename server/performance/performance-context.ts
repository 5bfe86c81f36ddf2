import type { ModelStore } from '../registry/stores.ts';
import type { DocumentStore } from './document-store.ts';
import type { Launcher } from './launcher.ts';
import type { RunStore } from './run-store.ts';

/** What the service's side of a run works with. */
export interface PerformanceContext {
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  readonly launcher: Launcher;
  readonly models: Pick<ModelStore, 'find'>;
  /** The service's delivery strategy, noted in every run. */
  readonly delivery: string;
  readonly launchTimeoutSeconds: number;
}
