import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentOf } from '../contract/environment.ts';
import { ContainerTask } from './container-task.ts';
import { publisherStatements } from './permissions/publisher.ts';
import { storeVariables } from './service-variables.ts';
import type { Storage } from './storage.ts';
import { TaskIdentity } from './task-identity.ts';
import type { TaskPlatform } from './task-platform.ts';

export interface PublisherArgs {
  readonly platform: TaskPlatform;
  readonly storage: Storage;
}

type Variables = EnvironmentOf<'runner', 'fargate', pulumi.Input<string>>;

const size = { cpu: 1_024, memoryMib: 2_048 };

/** A task that fills the registry from inside, for those whose own line to AWS is slow. Started by hand. */
export class Publisher extends pulumi.ComponentResource {
  readonly family = `${pulumi.getProject()}-${pulumi.getStack()}-publisher`;

  constructor(name: string, { platform, storage }: PublisherArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Publisher', name, {}, options);
    const parent = { parent: this };
    const identity = new TaskIdentity(name, { platform, statements: publisherStatements(storage) }, parent);
    const environment: Omit<Variables, 'TARGET_URL'> = {
      COMPUTE_BACKEND: 'fargate',
      ...storeVariables(storage),
    };
    new ContainerTask(
      name,
      {
        platform,
        identity,
        family: this.family,
        size,
        entryPoint: ['node', 'scripts/populate-registry.ts', '--performance'],
        environment,
      },
      parent,
    );
    this.registerOutputs({ family: this.family });
  }
}
