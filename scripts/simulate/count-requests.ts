import { type ShardRecord, shardRecordSchema } from '../../contract/run.ts';
import type { AwsClients } from '../../server/aws/clients.ts';

export interface RequestCounts {
  /** Writes to DynamoDB that a shard makes once, such as claiming, arriving and being done. */
  steps: number;
  /** Those that go with time: heartbeats, and looks at the run. */
  timed: number;
  s3: number;
}

/** Counts what the clients send from now on, phase by phase. */
export function countRequests({ dynamodb, s3 }: AwsClients) {
  const states = new Map<number, ShardRecord['state']>();
  let counts: RequestCounts = { steps: 0, timed: 0, s3: 0 };

  /** A shard that is written again in the same state is a heartbeat. */
  function isStep(commandName: string, input: object): boolean {
    if (commandName.startsWith('Update')) return true;
    const { success, data } = shardRecordSchema.safeParse('Item' in input ? input.Item : null);
    if (!success || states.get(data.shard) === data.state) return false;
    states.set(data.shard, data.state);
    return true;
  }

  dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        counts[isStep(commandName, args.input) ? 'steps' : 'timed'] += 1;
        return next(args);
      },
    { step: 'initialize', priority: 'high' },
  );
  s3.middlewareStack.add(
    (next) => (args) => {
      counts.s3 += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    /** The counts of the phase that ends with this call. */
    endPhase(): RequestCounts {
      const ended = counts;
      counts = { steps: 0, timed: 0, s3: 0 };
      return ended;
    },
  };
}
