import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentOf } from '../contract/environment.ts';
import type { TaskSize } from './config.ts';
import { ContainerTask } from './container-task.ts';
import type { RunnerPlace } from './runner-place.ts';
import { storeVariables } from './service-variables.ts';
import type { Storage } from './storage.ts';
import type { TaskPlatform } from './task-platform.ts';

export interface RunnerArgs {
  readonly platform: TaskPlatform;
  readonly runners: RunnerPlace;
  readonly storage: Storage;
  readonly service: { readonly targetUrl: pulumi.Input<string> };
  /** What the service runs on. */
  readonly computeBackend: 'fargate' | 'lambda';
  readonly size: TaskSize;
}

/** The task that loads the service. Whoever starts it gives the run's id as its command. */
export class Runner extends pulumi.ComponentResource {
  constructor(name: string, args: RunnerArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Runner', name, {}, options);
    const { platform, runners, size } = args;
    const environment: EnvironmentOf<'runner', 'fargate' | 'lambda', pulumi.Input<string>> = {
      COMPUTE_BACKEND: args.computeBackend,
      TARGET_URL: args.service.targetUrl,
      ...storeVariables(args.storage),
    };
    new ContainerTask(
      name,
      {
        platform,
        identity: runners.identity,
        family: runners.family,
        size,
        // Small young generation: as the local launcher starts runners.
        entryPoint: ['node', '--max-semi-space-size=8', 'server/runner.ts'],
        environment,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
