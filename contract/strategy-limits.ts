import type { DeliveryStrategy } from './environment.ts';

/** Whether a strategy holds whole artifacts in memory, and so needs a limit on how many. */
export function holdsArtifacts(delivery: DeliveryStrategy): boolean {
  return delivery === 'buffered' || delivery === 'blocking';
}

/** Whether a strategy has artifacts in memory beyond what is on its way, and so needs a limit on their bytes. */
export function keepsArtifacts(delivery: DeliveryStrategy): boolean {
  return delivery === 'cached' || holdsArtifacts(delivery);
}
