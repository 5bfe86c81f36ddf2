import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { connectWithin } from './connect-within.ts';

const connectTimeoutMs = 2_000;
const longestTimerMs = 2 ** 31 - 1;

/** Endpoint, region and credentials come from the AWS SDK's own environment. */
export interface AwsClients {
  /** Publishing, documents and health: a pool of its own, so that it never queues behind downloads. */
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  destroy(): void;
}

export function createAwsClients(): AwsClients {
  const s3 = createS3Client({ maxSockets: 50, answerTimeoutMs: 60_000 });
  const dynamodb = new DynamoDBClient({
    requestHandler: createRequestHandler({ maxSockets: 100, answerTimeoutMs: 5_000 }),
  });
  return {
    s3,
    dynamodb: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    destroy() {
      s3.destroy();
      dynamodb.destroy();
    },
  };
}

/** For artifacts on their way to clients; its pool is what S3_MAX_SOCKETS sets. */
export function createDeliveryClient(s3MaxSockets: number): S3Client {
  return createS3Client({ maxSockets: s3MaxSockets });
}

interface ConnectionLimits {
  readonly maxSockets: number;
  /** From a request's start to the answer's headers, the wait for a free connection included; none: no limit. */
  readonly answerTimeoutMs?: number;
}

function createS3Client(limits: ConnectionLimits): S3Client {
  return new S3Client({
    forcePathStyle: hasCustomEndpoint(),
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: createRequestHandler(limits),
  });
}

function createRequestHandler({ maxSockets, answerTimeoutMs }: ConnectionLimits): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets };
  return new NodeHttpHandler({
    httpAgent: connectWithin(new Agent(agent), connectTimeoutMs),
    httpsAgent: connectWithin(new SecureAgent(agent), connectTimeoutMs),
    // Without throwOnRequestTimeout the SDK only writes a warning and waits on.
    ...(answerTimeoutMs ? { requestTimeout: answerTimeoutMs, throwOnRequestTimeout: true } : {}),
    // Queueing for a connection is what S3_MAX_SOCKETS is there to study: nothing to warn of.
    socketAcquisitionWarningTimeout: longestTimerMs,
  });
}

/** A bucket cannot be a host name below localhost, so a custom endpoint is addressed path-style. */
function hasCustomEndpoint(): boolean {
  return Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
}
