import { channel } from 'node:diagnostics_channel';
import type { MiddlewareStack } from '@smithy/types';

/** What is published of every call before it is sent, presigned ones included. */
export interface AwsCall {
  /** Such as `GetObjectCommand`. */
  readonly commandName: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export const awsCalls = 'modelrig:aws-call';

/** What was asked of a store when an error came back. */
export interface StoreCall {
  /** As IAM spells it, such as `GetObject`. */
  readonly operation: string;
  /** The bucket or table. */
  readonly resource: string;
}

const published = channel(awsCalls);
const calls = new WeakMap<Error, StoreCall>();

/**
 * Notes with every error of a client's calls which call it was, for the SDK's errors do not say, and tells each call to
 * whoever listens on the diagnostics channel `awsCalls`.
 */
export function noteCalls<Input extends object, Output extends object>(client: {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (published.hasSubscribers) published.publish({ commandName, input: args.input } as AwsCall);
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error) {
            const { Bucket, TableName } = args.input as { Bucket?: string; TableName?: string };
            const resource = Bucket ? `bucket ${Bucket}` : `table ${TableName}`;
            calls.set(error, { operation: commandName.replace(/Command$/, ''), resource });
          }
          throw error;
        }
      },
    { step: 'initialize', name: 'noteCalls' },
  );
}

/** Undefined for an error that no call to a store ended with. */
export function findCall(error: Error): StoreCall | undefined {
  return calls.get(error);
}
