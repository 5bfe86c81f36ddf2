import type { DeliveryStrategy as StrategyName } from '../../contract/environment.ts';
import { createBlockingDelivery } from './blocking.ts';
import { createBufferedDelivery } from './buffered.ts';
import { createCachedDelivery } from './cached.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createRedirectedDelivery } from './redirected.ts';
import { createStreamedDelivery } from './streamed.ts';

/** Every strategy by its name in `DELIVERY`. */
const strategies: Readonly<Record<StrategyName, (dependencies: DeliveryDependencies) => DeliveryStrategy>> = {
  blocking: createBlockingDelivery,
  buffered: createBufferedDelivery,
  streamed: createStreamedDelivery,
  cached: createCachedDelivery,
  redirected: createRedirectedDelivery,
};

export function createDelivery(name: StrategyName, dependencies: DeliveryDependencies): DeliveryStrategy {
  return strategies[name](dependencies);
}
