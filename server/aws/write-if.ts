import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { reachStore } from './store-error.ts';

/** Sends a conditional write to DynamoDB. Whether its condition held. */
export async function writeIf(send: () => Promise<unknown>): Promise<boolean> {
  return reachStore('DynamoDB', async () => {
    try {
      await send();
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  });
}
