import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';

/** DescribeTasks takes no more. */
const tasksPerCall = 100;

/** What ECS knows of tasks, by ARN; those that it does not know (any more) are left out. */
export async function describeTasks(
  ecs: ECSClient,
  cluster: string,
  arns: readonly string[],
): Promise<Map<string, Task>> {
  const known = new Map<string, Task>();
  for (let at = 0; at < arns.length; at += tasksPerCall) {
    const command = new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + tasksPerCall) });
    const { tasks = [] } = await ecs.send(command);
    for (const task of tasks) if (task.taskArn !== undefined) known.set(task.taskArn, task);
  }
  return known;
}

/** Tasks that are to run: `startedBy` may not be joined with another filter, and ECS then leaves stopped ones out. */
export async function listTaskArns(
  ecs: ECSClient,
  filter: { readonly cluster: string; readonly startedBy?: string; readonly family?: string },
): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(new ListTasksCommand({ ...filter, ...(nextToken ? { nextToken } : {}) }));
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/** A task that has stopped meanwhile, or is forgotten, needs no stopping. */
export async function stopTask(ecs: ECSClient, cluster: string, task: string, reason: string): Promise<void> {
  try {
    await ecs.send(new StopTaskCommand({ cluster, task, reason: reason.slice(0, 255) }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidParameterException') throw error;
  }
}
