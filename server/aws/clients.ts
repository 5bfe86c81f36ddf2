import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Endpoint, region and credentials come from the AWS SDK's own environment. */
export interface AwsClients {
  /** Artifacts on their way to clients: its pool is what S3_MAX_SOCKETS sets. */
  readonly delivery: S3Client;
  /** Publishing, documents and health: a pool of its own, so that it never queues behind downloads. */
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  destroy(): void;
}

export function createAwsClients(options: { s3MaxSockets: number }): AwsClients {
  const delivery = createS3Client(options.s3MaxSockets);
  const s3 = createS3Client(50);
  const dynamodb = new DynamoDBClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 5_000 }),
  });
  return {
    delivery,
    s3,
    dynamodb: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    destroy() {
      delivery.destroy();
      s3.destroy();
      dynamodb.destroy();
    },
  };
}

/** `requestTimeout` ends at the response's headers: bodies may take as long as their readers. */
function createS3Client(maxSockets: number): S3Client {
  const agent = { keepAlive: true, maxSockets };
  return new S3Client({
    forcePathStyle: hasCustomEndpoint(),
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      httpAgent: new Agent(agent),
      httpsAgent: new SecureAgent(agent),
      connectionTimeout: 2_000,
      requestTimeout: 30_000,
    }),
  });
}

/** A bucket cannot be a host name below localhost, so a custom endpoint is addressed path-style. */
function hasCustomEndpoint(): boolean {
  return Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
}
