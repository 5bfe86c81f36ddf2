import { describeFargateSizes, isFargateSize } from '../../fargate-sizes.ts';
import { defineRule } from './define-rule.ts';

/** Lambda streams 6 MB at full speed and then 2 MB/s, 200 MB at most: what passes through it takes this long. */
const longestStreamSeconds = 97;

interface Container {
  readonly name: string;
  readonly image: string;
  readonly readonlyRootFilesystem?: boolean;
  readonly environment?: readonly { name: string }[];
}

export const computeRules = [
  defineRule(
    'fargate-offers-the-size',
    'Processor and memory of a task are a pair that Fargate offers.',
    'aws:ecs/taskDefinition:TaskDefinition',
    ({ cpu, memory }) =>
      isFargateSize(Number(cpu), Number(memory))
        ? []
        : [
            `has ${cpu} CPU units and ${memory} MiB; Fargate offers ${describeFargateSizes(Number(cpu)) ?? 'no such task'}`,
          ],
  ),
  defineRule(
    'container-is-closed',
    'A container cannot write its root, and gets no secret as a plain variable.',
    'aws:ecs/taskDefinition:TaskDefinition',
    ({ containerDefinitions }) =>
      (JSON.parse(String(containerDefinitions)) as Container[]).flatMap((container) => [
        ...(container.readonlyRootFilesystem === true ? [] : [`can write the root of ${container.name}`]),
        ...findPlainSecrets((container.environment ?? []).map(({ name }) => name)),
      ]),
  ),
  defineRule(
    'function-streams',
    'A function that passes artifacts through has the time that Lambda takes for them, and no secret as a variable.',
    'aws:lambda/function:Function',
    ({ environment, timeout }) => {
      const { variables = {} } = (environment ?? {}) as { variables?: Readonly<Record<string, string>> };
      const passesThrough = variables.DELIVERY !== 'redirected';
      return [
        ...findPlainSecrets(Object.keys(variables)),
        ...(passesThrough && Number(timeout) < longestStreamSeconds
          ? [`has ${timeout} s; ${variables.DELIVERY} may take ${longestStreamSeconds} s`]
          : []),
      ];
    },
  ),
  defineRule(
    'function-url-streams',
    'The address of a function streams: buffered, it takes 6 MB at most.',
    'aws:lambda/functionUrl:FunctionUrl',
    ({ invokeMode }) => (invokeMode === 'RESPONSE_STREAM' ? [] : [`answers ${invokeMode ?? 'BUFFERED'}`]),
  ),
  defineRule(
    'image-tags-stay',
    'A tag names one image for ever.',
    'aws:ecr/repository:Repository',
    ({ imageTagMutability }) => (imageTagMutability === 'IMMUTABLE' ? [] : ['has tags that can be moved']),
  ),
  defineRule(
    'image-tag-is-content',
    'The tag of an image follows from its content.',
    'docker-build:index:Image',
    ({ tags }) =>
      (tags as string[])
        .filter((tag) => !/:(arm64|x86_64)-[0-9a-f]{12}$/.test(tag))
        .map((tag) => `is tagged ${tag}`),
  ),
] as const;

/** The names of parameters are no secrets, and neither are the addresses of anything. */
function findPlainSecrets(names: readonly string[]): string[] {
  return names
    .filter(
      (name) => /TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|_KEY$/.test(name) && !name.endsWith('_PARAMETER'),
    )
    .map((name) => `has ${name} as a plain variable`);
}
