import { isAbsolute } from 'node:path';
import { hashBuildContext } from '../../hash-build-context.ts';
import { repositoryRoot } from '../../preview/repository-root.ts';
import { listOf, type Resources } from '../support/find-resource.ts';

/** Images whose tag does not follow from what they are built of, or that are not built for the tasks' processors. */
export function findImageFaults(resources: Resources): string[] {
  const content = hashBuildContext(repositoryRoot);
  const architectures = listOf(resources, 'ecs:TaskDefinition').map(
    ({ inputs }) => (inputs.runtimePlatform as { cpuArchitecture: string }).cpuArchitecture,
  );
  return listOf(resources, 'awsx:ecr:Image').flatMap(({ name, inputs }) => {
    const architecture = inputs.platform === 'linux/arm64' ? 'arm64' : 'x86_64';
    return [
      ...[inputs.context, inputs.dockerfile]
        .filter((path) => isAbsolute(String(path)))
        .map((path) => `The image ${name} is built of ${path}, which another clone has not`),
      ...(inputs.imageTag === `${architecture}-${content}`
        ? []
        : [`The image ${name} is tagged ${inputs.imageTag}, not by its content ${content}`]),
      ...(architectures.every((one) => one === architecture.toUpperCase())
        ? []
        : [`The image ${name} is built for ${inputs.platform}, its tasks for ${architectures}`]),
    ];
  });
}
