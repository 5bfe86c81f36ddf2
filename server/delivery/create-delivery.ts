import type { DeliveryStrategy as StrategyName } from '../../contract/environment.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createStreamedDelivery } from './streamed.ts';

/** Every strategy by its name in `DELIVERY`. */
const strategies: Readonly<Record<StrategyName, (dependencies: DeliveryDependencies) => DeliveryStrategy>> = {
  streamed: createStreamedDelivery,
};

export function createDelivery(name: StrategyName, dependencies: DeliveryDependencies): DeliveryStrategy {
  return strategies[name](dependencies);
}
