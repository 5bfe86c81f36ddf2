import type { RecordedResource } from '../../preview/monitor-server.ts';

export type Resources = readonly RecordedResource[];

/** All of a type, which is given as it is read: `s3:Bucket`. */
export function listOf(resources: Resources, type: string): RecordedResource[] {
  return resources.filter((resource) => shorten(resource.type) === type);
}

/** @throws {Error} when there is none of the name. */
export function findOf(resources: Resources, type: string, name: string): RecordedResource {
  const found = listOf(resources, type).find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`There is no ${type} ${name}.`);
  return found;
}

/** `aws:s3/bucket:Bucket` -> `s3:Bucket` */
function shorten(type: string): string {
  return type.replace(/^aws:/, '').replace(/\/[^:]+:/, ':');
}

export interface Container {
  readonly name: string;
  readonly memory: number;
  readonly environment: readonly { name: string; value: string }[];
  readonly secrets: readonly { name: string; valueFrom: string }[];
  readonly entryPoint?: readonly string[];
  readonly portMappings?: readonly { containerPort: number }[];
  readonly logConfiguration: { readonly options: Readonly<Record<string, string>> };
}

/** The one container of a task definition. */
export function readContainer({ inputs }: Pick<RecordedResource, 'inputs'>): Container {
  const [container] = JSON.parse(String(inputs.containerDefinitions)) as [Container];
  return container;
}
