import type { RecordedResource } from '../../preview/monitor-server.ts';
import type { Resources } from './find-resource.ts';

/**
 * A real engine shows a policy pack what the components of awsx make, and of the components themselves no inputs; ours
 * records the inputs alone. Source: pulumi-awsx, `awsx/ecr/repository.ts` and `awsx/ecr/image.ts`.
 */
export function expandComponents(resources: Resources): Resources {
  return resources.map((resource) => ({ ...resource, ...madeBy[resource.type]?.(resource) }));
}

const madeBy: Readonly<
  Record<string, (resource: RecordedResource) => Pick<RecordedResource, 'type' | 'inputs'>>
> = {
  'awsx:ecr:Repository': ({ inputs: { lifecyclePolicy, ...inputs } }) => ({
    type: 'aws:ecr/repository:Repository',
    inputs,
  }),
  'awsx:ecr:Image': ({ inputs: { repositoryUrl, imageTag } }) => ({
    type: 'docker-build:index:Image',
    inputs: { tags: [`${repositoryUrl}:${imageTag}`] },
  }),
};
