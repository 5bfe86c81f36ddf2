import { defineScenario } from '../scenario/define-scenario.ts';
import { describeDownload } from '../scenario/request-options.ts';

/** A hundred clients over all models: the n-th is asked for in proportion to 1 / n. */
export const zipf500 = defineScenario({
  name: 'zipf-500',
  models: 'all',
  executor: 'shared-iterations',
  vus: 100,
  iterations: 2_000,
  timeout: '1m',
  maxDuration: '10m',
  request(random, models) {
    const model = models[drawRank(random(), models.length)];
    if (!model) throw new Error('zipf-500 needs the models of the registry, but none was given to it.');
    return { ...describeDownload(model), name: model.id };
  },
  thresholds: ['success_rate == 100'],
});

/** The harmonic numbers 1, 1 + 1/2, 1 + 1/2 + 1/3, ... as far as they were needed. */
const sums: number[] = [];

/** The smallest rank, counted from 0, whose share of the weight reaches the drawn number. */
function drawRank(drawn: number, count: number): number {
  while (sums.length < count) sums.push((sums.at(-1) ?? 0) + 1 / (sums.length + 1));
  const wanted = drawn * (sums[count - 1] ?? 0);
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
