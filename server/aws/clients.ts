import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type AnswerLimit, answerWithin } from './answer-within.ts';
import { connectWithin } from './connect-within.ts';
import { noteCalls } from './note-calls.ts';
import { type PoolLoad, readPoolLoad, traceCalls } from './trace-calls.ts';

const connectLimitMs = 2_000;
const longestTimerMs = 2 ** 31 - 1;
/** With an answer limit of 2.4 s a table that does not answer is given up after 5 s; healthy ones take some ms. */
const dynamodbAttempts = 2;

/** Endpoint, region and credentials come from the AWS SDK's own environment. */
export interface AwsClients {
  /** Publishing, documents and health: a pool of its own, so that it never queues behind downloads. */
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  destroy(): void;
}

/** For launching runners. One attempt a call: whoever launches knows what is to be asked for again, and until when. */
export function createEcsClient(): ECSClient {
  const ecs = new ECSClient({
    maxAttempts: 1,
    requestHandler: createRequestHandler(
      createAgents({ maxSockets: 10, answer: { limitMs: 10_000, of: 'whole' } }),
    ),
  });
  noteCalls(ecs);
  return ecs;
}

export function createAwsClients({ tableAnswerLimitMs = 2_400 } = {}): AwsClients {
  // As long as a part of an upload may take: S3 answers it when it has all of it.
  const s3 = createS3Client({ maxSockets: 50, answer: { limitMs: 60_000, of: 'headers' } });
  const dynamodb = new DynamoDBClient({
    maxAttempts: dynamodbAttempts,
    requestHandler: createRequestHandler(
      createAgents({ maxSockets: 100, answer: { limitMs: tableAnswerLimitMs, of: 'whole' } }),
    ),
  });
  noteCalls(dynamodb);
  return {
    s3,
    dynamodb: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    destroy() {
      s3.destroy();
      dynamodb.destroy();
    },
  };
}

/**
 * For artifacts on their way to clients; its pool is what S3_MAX_SOCKETS sets. One attempt a call: whoever reads
 * artifacts knows where to go on.
 */
export function createDeliveryClient(s3MaxSockets: number, { answerLimitMs = 10_000 } = {}): S3Client {
  return createS3Client({
    isTraced: true,
    maxSockets: s3MaxSockets,
    answer: { limitMs: answerLimitMs, of: 'headers' },
    attempts: 1,
  });
}

/** How the connections of a client made by `createDeliveryClient` are used. */
export function readDeliveryPool(s3: S3Client): PoolLoad {
  return readPoolLoad(pools.get(s3) ?? []);
}

const pools = new WeakMap<S3Client, readonly Agent[]>();

interface ClientLimits {
  readonly maxSockets: number;
  readonly answer: AnswerLimit;
  /** Without it the SDK's own number. */
  readonly attempts?: number;
  /** Whether its calls are phases of the requests that they are made for. */
  readonly isTraced?: boolean;
}

function createS3Client({ attempts, isTraced = false, ...limits }: ClientLimits): S3Client {
  const agents = createAgents(limits);
  if (isTraced) Object.values(agents).forEach(traceCalls);
  const s3 = new S3Client({
    forcePathStyle: hasCustomEndpoint(),
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: createRequestHandler(agents),
    ...(attempts === undefined ? {} : { maxAttempts: attempts }),
  });
  pools.set(s3, Object.values(agents));
  noteCalls(s3);
  return s3;
}

interface Agents {
  readonly httpAgent: Agent;
  readonly httpsAgent: SecureAgent;
}

function createAgents({ maxSockets, answer }: ClientLimits): Agents {
  const options = { keepAlive: true, maxSockets };
  const limit = <Kind extends Agent>(agent: Kind) => answerWithin(connectWithin(agent, connectLimitMs), answer);
  return { httpAgent: limit(new Agent(options)), httpsAgent: limit(new SecureAgent(options)) };
}

function createRequestHandler(agents: Agents): NodeHttpHandler {
  return new NodeHttpHandler({
    ...agents,
    // Queueing for a connection is what S3_MAX_SOCKETS is there to study: nothing to warn of.
    socketAcquisitionWarningTimeout: longestTimerMs,
  });
}

/** A bucket cannot be a host name below localhost, so a custom endpoint is addressed path-style. */
function hasCustomEndpoint(): boolean {
  return Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL);
}
