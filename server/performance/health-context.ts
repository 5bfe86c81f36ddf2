import type { DeliverySettings } from '../../contract/delivery-settings.ts';
import type { StoreNames } from '../config.ts';
import type { ServiceUse } from '../telemetry/service-use.ts';
import type { SettleContext } from './settle-run.ts';

/** What the health dashboard looks at. */
export interface HealthContext extends SettleContext {
  readonly deliverySettings: DeliverySettings;
  readonly stores: StoreNames;
  /** Both buckets answer, or it rejects. */
  probeStorage(signal: AbortSignal): Promise<void>;
  /** Both tables answer, or it rejects. */
  probeMetadata(signal: AbortSignal): Promise<void>;
  /** Downloads under way and waiting, where a strategy admits only so many, and the memory of cached artifacts. */
  readUse(): Promise<ServiceUse>;
  /** Published versions in the registry. */
  countModels(): Promise<number>;
  /** Whether the service was told to stop. */
  isStopping(): boolean;
}

/** An answer that takes longer is not waited for. */
export const probeLimitMs = 3_000;
