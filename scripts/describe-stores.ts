import type { AwsClients } from '../server/aws/clients.ts';
import type { StoreNames } from '../server/config.ts';
import type { CustomEndpoint } from './custom-endpoint.ts';
import { reachEndpoint } from './reach-endpoint.ts';

/**
 * Where a command is about to write, for the person who typed it, a line each: the custom endpoints, once they have
 * answered, or AWS with the names of what lies there.
 * @throws {CommandError} when an endpoint does not answer, and what the AWS SDK throws for want of a region.
 */
export async function describeStores(
  endpoints: readonly CustomEndpoint[],
  clients: Pick<AwsClients, 's3'>,
  { modelsBucket, modelsTable }: StoreNames,
): Promise<readonly string[]> {
  const places = [];
  for (const endpoint of endpoints) places.push(await reachEndpoint(endpoint));
  if (places.length === 0) {
    places.push(
      `AWS, region ${await clients.s3.config.region()}, bucket ${modelsBucket}, table ${modelsTable}`,
    );
  }
  return places.map((place) => `stores    ${place}`);
}
