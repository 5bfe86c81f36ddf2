import { defineScenario } from '../scenario/define-scenario.ts';

/** Many small answers: records of models, each equally often. */
export const metadata = defineScenario({
  name: 'metadata',
  models: 'all',
  executor: 'constant-vus',
  vus: 50,
  duration: '30s',
  timeout: '10s',
  request(random, models) {
    const model = models[Math.floor(random() * models.length)];
    if (!model) throw new Error('metadata needs a model whose record can be read, but none was given to it.');
    return { name: 'metadata', path: model.recordPath, expect: { contentType: 'application/json' } };
  },
  thresholds: ['success_rate == 100'],
});
