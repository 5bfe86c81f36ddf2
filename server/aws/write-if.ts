import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { reachStore } from './store-error.ts';

/** Sends a conditional write to DynamoDB. Whether its condition held. */
export async function writeIf(send: () => Promise<unknown>): Promise<boolean> {
  return (await unlessRefused(() => reachStore('DynamoDB', send))) !== null;
}

/** Null when the condition of the write did not hold. */
export async function unlessRefused<Result>(write: () => Promise<Result>): Promise<Result | null> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null;
    throw error;
  }
}
