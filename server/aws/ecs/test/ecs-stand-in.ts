import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type {
  DescribeTasksCommandInput,
  ListTasksCommandInput,
  RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import { StandInTask, type TaskProgram } from './stand-in-task.ts';

/** What goes wrong with one RunTask call. */
export type RunTaskFault =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly status?: number }
  /** Only so many tasks start; the others are in `failures`. */
  | { readonly kind: 'short'; readonly started: number; readonly reason: string; readonly detail?: string }
  /** The tasks start, and the answer is lost. */
  | { readonly kind: 'lost' };

export interface EcsStandInOptions {
  readonly cluster: string;
  readonly family: string;
  readonly container: string;
  /** What a task runs as a process; without it tasks are only said to run. */
  readonly program?: TaskProgram;
  /** How long a task stays PENDING. */
  readonly pendingMs?: number;
  /** Tasks stop instead of running, with this reason. */
  readonly stopBeforeRunning?: string;
}

export type EcsStandIn = Awaited<ReturnType<typeof startEcsStandIn>>;

class EcsError extends Error {
  readonly status: number;
  readonly fields: object;

  constructor(
    name: string,
    message: string,
    { status = 400, ...fields }: { status?: number; resourceIds?: string[] } = {},
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}

/**
 * Speaks the JSON protocol of ECS as far as runners need it, and really starts processes for tasks. It checks what ECS
 * checks, keeps client tokens, and fails as it is told to.
 */
export async function startEcsStandIn(options: EcsStandInOptions) {
  const tasks = new Map<string, StandInTask>();
  const tokens = new Map<string, { input: RunTaskCommandInput; arns: string[] }>();
  const calls: { readonly operation: string; readonly input: RunTaskCommandInput }[] = [];
  const faults: RunTaskFault[] = [];
  const forgotten = new Set<string>();
  const throttled: string[] = [];

  function runTask(input: RunTaskCommandInput) {
    const fault = faults.shift();
    if (fault?.kind === 'error') throw new EcsError(fault.name, fault.message, { status: fault.status ?? 400 });
    checkRunTask(options, input);
    const { clientToken = randomUUID(), count = 1 } = input;
    const known = tokens.get(clientToken);
    if (known && !isDeepStrictEqual(known.input, input)) {
      throw new EcsError(
        'ConflictException',
        'The provided clientToken is already in use with a different RunTask request.',
        {
          resourceIds: known.arns,
        },
      );
    }
    if (known) return { tasks: known.arns.map((arn) => tasks.get(arn)?.describe()), failures: [] };
    const started = fault?.kind === 'short' ? fault.started : count;
    const begun = Array.from({ length: started }, () => {
      const arn = `arn:aws:ecs:us-east-1:123456789012:task/${options.cluster}/${randomUUID().replaceAll('-', '')}`;
      return new StandInTask(arn, input, { ...options, metadataUrl: `${url}/v4/${encodeURIComponent(arn)}` });
    });
    for (const task of begun) tasks.set(task.arn, task);
    tokens.set(clientToken, { input, arns: begun.map(({ arn }) => arn) });
    if (fault?.kind === 'lost') return null;
    const reason = fault?.kind === 'short' ? { reason: fault.reason, detail: fault.detail } : {};
    return {
      tasks: begun.map((task) => task.describe()),
      failures: Array.from({ length: count - started }, () => reason),
    };
  }

  function describeTasks({ tasks: arns = [] }: DescribeTasksCommandInput) {
    if (arns.length === 0 || arns.length > 100)
      throw new EcsError('InvalidParameterException', 'Tasks: 1 to 100.');
    const isKnown = (arn: string) => tasks.has(arn) && !forgotten.has(arn);
    return {
      tasks: arns.filter(isKnown).map((arn) => tasks.get(arn)?.describe()),
      failures: arns.filter((arn) => !isKnown(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  }

  /** Pages of two, so that whoever lists has to go on. */
  function listTasks({ startedBy, family, desiredStatus, nextToken }: ListTasksCommandInput) {
    if (startedBy !== undefined && (family ?? desiredStatus) !== undefined) {
      throw new EcsError('InvalidParameterException', 'startedBy must be the only filter.');
    }
    const found = [...tasks.values()].filter(
      (task) => task.isToRun && (startedBy === undefined || task.input.startedBy === startedBy),
    );
    const from = Number(nextToken ?? 0);
    return {
      taskArns: found.slice(from, from + 2).map(({ arn }) => arn),
      ...(found.length > from + 2 ? { nextToken: String(from + 2) } : {}),
    };
  }

  function stopTask({ task: arn = '', reason = '' }: { task?: string; reason?: string }) {
    const task = tasks.get(arn);
    if (!task || forgotten.has(arn))
      throw new EcsError('InvalidParameterException', 'The referenced task was not found.');
    task.stop(reason);
    return { task: task.describe() };
  }

  const operations: Readonly<Record<string, (input: never) => object | null>> = {
    RunTask: runTask,
    DescribeTasks: describeTasks,
    ListTasks: listTasks,
    StopTask: stopTask,
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: Error) => {
      const { status = 500, fields = {} } = error as EcsError;
      send(response, status, { __type: error.name, message: error.message, ...fields });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '');
    if (path.startsWith('/v4/')) return send(response, 200, { TaskARN: path.slice(4, -'/task'.length) });
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const input = JSON.parse(Buffer.concat(chunks).toString());
    calls.push({ operation, input });
    if (throttled.includes(operation)) {
      throttled.splice(throttled.indexOf(operation), 1);
      throw new EcsError('ThrottlingException', 'Rate exceeded');
    }
    const result = operations[operation]?.(input as never);
    if (result === undefined) throw new EcsError('UnknownOperationException', operation);
    if (result === null) request.socket.destroy();
    else send(response, 200, result);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** Taken by the next RunTask calls, one each. */
    failNext: (...next: readonly RunTaskFault[]) => faults.push(...next),
    /** The next calls of these operations, one each. */
    throttleNext: (...operations: readonly string[]) => throttled.push(...operations),
    forget: (arn: string) => forgotten.add(arn),
    tasks: () => [...tasks.values()],
    listCalls: (operation: string) =>
      calls.filter((call) => call.operation === operation).map(({ input }) => input),
    async close() {
      for (const task of tasks.values()) task.stop('The test is over.');
      while ([...tasks.values()].some((task) => task.hasProcess)) await sleep(20);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

function checkRunTask({ cluster, family, container }: EcsStandInOptions, input: RunTaskCommandInput): void {
  if (input.cluster !== cluster) throw new EcsError('ClusterNotFoundException', 'Cluster not found.');
  if (input.taskDefinition !== family) throw new EcsError('ClientException', 'TaskDefinition not found.');
  const { subnets = [], securityGroups = [] } = input.networkConfiguration?.awsvpcConfiguration ?? {};
  const wrong = [
    ...((input.count ?? 1) > 10 ? ['Count must be 1 to 10.'] : []),
    ...((input.clientToken ?? '').length > 64 ? ['ClientToken: at most 64 characters.'] : []),
    ...((input.startedBy ?? '').length > 128 ? ['StartedBy: at most 128 characters.'] : []),
    ...(subnets.length < 1 || subnets.length > 16 ? ['Subnets: 1 to 16.'] : []),
    ...(securityGroups.length > 5 ? ['SecurityGroups: at most 5.'] : []),
    ...(input.overrides?.containerOverrides?.every(({ name }) => name === container)
      ? []
      : ['Override for a container that the task definition does not have.']),
  ];
  if (wrong.length > 0) throw new EcsError('InvalidParameterException', wrong.join(' '));
}
