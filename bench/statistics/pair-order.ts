import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import { createRandom } from '../engine/plan-requests.ts';

/** Which arm is measured first in each pair: a coin a pair, so that nothing that changes with time favours one of them. */
export function drawOrder(seed: number, pair: number): readonly [ExperimentPhase, ExperimentPhase] {
  return createRandom(seed, pair)() < 0.5 ? ['before', 'after'] : ['after', 'before'];
}

/** d = ln(after / before). With nothing on one side it is infinite, with nothing on both there is no difference. */
export function takeLogRatio(before: number, after: number): number {
  return before === after ? 0 : Math.log(after / before);
}
