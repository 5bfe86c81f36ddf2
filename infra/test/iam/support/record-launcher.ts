import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createEcsClient } from '../../../../server/aws/clients.ts';
import { createEcsLauncher } from '../../../../server/aws/ecs/ecs-launcher.ts';
import { startEcsStandIn } from '../../../../server/aws/ecs/test/ecs-stand-in.ts';
import { type AwsCall, awsCalls } from '../../../../server/aws/note-calls.ts';
import type { LaunchRecord } from '../../../../server/aws/run-launches.ts';
import { makeRun } from '../../../../server/performance/test/support/make-run.ts';
import type { Call } from '../access.ts';

const names = { cluster: 'runners', family: 'modelrig-runner', container: 'runner' };

/** Lets the launcher of the service do all that it does with ECS, and tells the calls that it made there. */
export async function recordLauncher(): Promise<Call[]> {
  const recorded: Call[] = [];
  const record = (message: unknown) => {
    const { commandName } = message as AwsCall;
    recorded.push({ commandName, input: {} });
  };
  const standIn = await startEcsStandIn(names);
  process.env.AWS_ENDPOINT_URL_ECS = standIn.url;
  const ecs = createEcsClient();
  const kept: LaunchRecord[] = [];
  subscribe(awsCalls, record);
  try {
    const launcher = createEcsLauncher({
      ecs,
      tasks: {
        cluster: names.cluster,
        taskFamily: names.family,
        container: names.container,
        subnets: ['subnet-00000001'],
        securityGroups: ['sg-00000001'],
      },
      launches: {
        writeLaunch: async (_, launch) => void kept.push(launch),
        listLaunches: async () => kept,
      },
      launchTimeoutSeconds: 10,
      onError(error) {
        throw error;
      },
    });
    const run = makeRun({ shards: 2 });
    await launcher.launch(run);
    await launcher.describeRunners(run);
    await launcher.listRuns();
    await launcher.stopRunners(run.run_id, 'It is recorded.');
    return recorded;
  } finally {
    unsubscribe(awsCalls, record);
    ecs.destroy();
    await standIn.close();
    delete process.env.AWS_ENDPOINT_URL_ECS;
  }
}
