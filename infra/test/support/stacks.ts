import type { StackValues } from '../../config.ts';
import { type Preview, previewStack } from '../../preview/preview-stack.ts';

/** A stack with everything that a stack needs and nothing beside it. */
export const plainValues: StackValues = {
  'aws:region': 'eu-west-1',
  'modelrig:allowedCidrs': '["203.0.113.0/24"]',
};

export type Backend = 'fargate' | 'lambda' | 'local';

/** The stack on a backend as AWS would complete it. */
export function previewKnown(backend: Backend, values: StackValues = {}): Promise<Preview> {
  return previewStack({
    stack: 'dev',
    mode: 'known',
    values: { ...plainValues, ...values },
    env: { COMPUTE_BACKEND: backend },
  });
}
