import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentOf } from '../contract/environment.ts';
import { bundleFunction } from './bundle-function.ts';
import type { Config } from './config.ts';
import { functionStatements } from './permissions/function.ts';
import { serviceStatements } from './permissions/service.ts';
import { Role } from './role.ts';
import type { RunnerPlace } from './runner-place.ts';
import { deliveryVariables, storeVariables } from './service-variables.ts';
import type { Signal } from './signal.ts';
import type { Storage } from './storage.ts';
import type { TriggerToken } from './trigger-token.ts';

export interface LambdaServiceArgs {
  readonly config: Config;
  readonly storage: Storage;
  readonly token: TriggerToken;
  readonly runners: RunnerPlace;
}

/** The service as a function behind an address of its own that streams. Who may come is checked by the function. */
export class LambdaService extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly targetUrl: pulumi.Output<string>;
  readonly signals: readonly Signal[];

  constructor(name: string, args: LambdaServiceArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:LambdaService', name, {}, options);
    const parent = { parent: this };
    const { config, storage, token, runners } = args;
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      {
        // Not that of the task: after a switch both exist until the old one is taken away.
        name: `/${pulumi.getProject()}/${pulumi.getStack()}/${name}-function`,
        retentionInDays: config.logRetentionDays,
      },
      parent,
    );
    const role = new Role(
      name,
      {
        servicePrincipal: 'lambda.amazonaws.com',
        statements: [
          ...serviceStatements(storage, runners),
          ...functionStatements({ logGroupArn: logGroup.arn, tokenArn: token.parameterArn }),
        ],
        permissionsBoundary: config.permissionsBoundary,
      },
      parent,
    );
    const environment: EnvironmentOf<'service', 'lambda', pulumi.Input<string>> = {
      COMPUTE_BACKEND: 'lambda',
      TRIGGER_TOKEN_PARAMETER: token.parameterName,
      ALLOWED_CIDRS: config.allowedCidrs.join(',') || 'none',
      ...storeVariables(storage),
      ...deliveryVariables(config),
      ...runners.launchVariables,
    };
    const handler = new aws.lambda.Function(
      name,
      {
        role: role.arn,
        runtime: 'nodejs24.x',
        architectures: [config.architecture],
        handler: 'lambda.handler',
        code: new pulumi.asset.FileArchive(bundleFunction()),
        memorySize: config.lambda.memoryMib,
        timeout: config.lambda.timeoutSeconds,
        ...(config.lambda.concurrency === null
          ? {}
          : { reservedConcurrentExecutions: config.lambda.concurrency }),
        loggingConfig: { logFormat: 'JSON', logGroup: logGroup.name },
        environment: { variables: definedIn(environment) },
      },
      parent,
    );
    // It brings both permissions that its callers need; no Permission beside it.
    const functionUrl = new aws.lambda.FunctionUrl(
      name,
      { functionName: handler.name, authorizationType: 'NONE', invokeMode: 'RESPONSE_STREAM' },
      parent,
    );
    this.url = functionUrl.functionUrl.apply((url) => url.replace(/\/$/, ''));
    this.targetUrl = this.url;
    this.signals = listSignals(handler.name);
    this.registerOutputs({ url: this.url });
  }
}

function definedIn(environment: Readonly<Record<string, pulumi.Input<string> | undefined>>) {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function listSignals(functionName: pulumi.Output<string>): Signal[] {
  const lambda = { namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName } };
  return [
    { name: 'requests', ...lambda, metric: 'Invocations', statistic: 'Sum' },
    { name: 'duration', ...lambda, metric: 'Duration', statistic: 'p99' },
    { name: 'environments', ...lambda, metric: 'ConcurrentExecutions', statistic: 'Maximum' },
    { name: 'errors-of-function', ...lambda, metric: 'Errors', statistic: 'Sum', alarmAbove: 10 },
    { name: 'throttled', ...lambda, metric: 'Throttles', statistic: 'Sum', alarmAbove: 0 },
  ];
}
