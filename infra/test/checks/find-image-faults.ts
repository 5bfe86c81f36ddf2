import { isAbsolute } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hashBuildContext } from '../../hash-build-context.ts';
import { repositoryRoot } from '../../preview/repository-root.ts';
import { readBuiltFrom } from '../../read-built-from.ts';
import { listOf, type Resources } from '../support/find-resource.ts';

/** Read once: to hash all that goes into the image, for each of many stacks, would take seconds. */
const builtFrom = readBuiltFrom(repositoryRoot);
const content = hashBuildContext(repositoryRoot, builtFrom);

/** Images whose tag does not follow from what they are built of, or that are not built for the tasks' processors. */
export function findImageFaults(resources: Resources): string[] {
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
      ...(isDeepStrictEqual(inputs.args, {
        GIT_COMMIT: builtFrom.git_commit,
        GIT_DIRTY: JSON.stringify(builtFrom.git_dirty),
      })
        ? []
        : [
            `The image ${name} is told to be of ${JSON.stringify(inputs.args)}, not of ${builtFrom.git_commit}`,
          ]),
      ...(architectures.every((one) => one === architecture.toUpperCase())
        ? []
        : [`The image ${name} is built for ${inputs.platform}, its tasks for ${architectures}`]),
    ];
  });
}
