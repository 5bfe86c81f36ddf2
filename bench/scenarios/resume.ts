import { defineScenario } from '../scenario/define-scenario.ts';

/**
 * Downloads that were cut somewhere and go on from there: the rest of the model behind a drawn byte. Place and length of
 * each part are compared, its bytes are not: a record has the digest of the whole alone.
 */
export const resume = defineScenario({
  name: 'resume',
  executor: 'shared-iterations',
  vus: 50,
  iterations: 200,
  timeout: '1m',
  request(random, [model]) {
    if (!model) throw new Error('resume needs a model to download, but none was given to it.');
    const first = Math.floor(random() * model.sizeBytes);
    return { name: 'resume', path: model.path, range: { first, last: model.sizeBytes - 1 } };
  },
  thresholds: ['success_rate == 100'],
});
