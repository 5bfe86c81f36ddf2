import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { embeddedAccessKey } from '../../contract/environment.ts';
import { claimDataFolder } from '../claim-data-folder.ts';

export interface LocalAws {
  /** What the AWS SDK needs to find the servers: for child processes, or to assign to `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when a server ended without having been stopped; never rejects. */
  readonly lost: Promise<Error>;
  /** Ends both servers; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts S3 and DynamoDB speaking servers on loopback, each a process of its own on a free port. They keep data
 * in memory, or below `dataDir`, and are gone with this process even when it is killed. They stand in process
 * groups of their own: Ctrl-C in a terminal reaches this process alone, which stops them when it is ready.
 * @throws {CommandError} when `dataDir` cannot be used, or another process keeps its data there.
 */
export async function startLocalAws(options: { dataDir?: string } = {}): Promise<LocalAws> {
  const { dataDir } = options;
  const release = dataDir === undefined ? async () => {} : await claimDataFolder(dataDir);
  const starts = await Promise.allSettled([
    startServer('S3', 's3-server.ts', dataDir && join(dataDir, 's3')),
    startServer('DynamoDB', 'dynamodb-server.ts', dataDir && join(dataDir, 'dynamodb')),
  ]);
  const [s3, dynamodb] = starts;
  if (s3.status === 'rejected' || dynamodb.status === 'rejected') {
    await Promise.all(starts.map((start) => start.status === 'fulfilled' && start.value.stop()));
    await release();
    throw s3.status === 'rejected' ? s3.reason : (dynamodb as PromiseRejectedResult).reason;
  }
  const servers = [s3.value, dynamodb.value];
  return {
    env: describeEnvironment(s3.value.port, dynamodb.value.port),
    lost: Promise.race(servers.map((server) => server.lost)),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await release();
    },
  };
}

interface ServerProcess {
  readonly port: number;
  readonly lost: Promise<Error>;
  stop(): Promise<void>;
}

async function startServer(name: string, file: string, dataDir: string | undefined): Promise<ServerProcess> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = execa(process.execPath, [script, ...(dataDir === undefined ? [] : [dataDir])], {
    detached: true,
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    forceKillAfterDelay: 2_000,
    reject: false,
  });
  const ended = child.then(({ stderr }) => new Error(`The embedded ${name} ended unexpectedly:\n${stderr}`));
  const started = await Promise.race([child.getOneMessage().catch(() => ended), ended]);
  if (started instanceof Error) throw started;
  let stopping = false;
  return {
    port: (started as { port: number }).port,
    lost: ended.then((error) => (stopping ? new Promise<never>(() => {}) : error)),
    stop: async () => {
      stopping = true;
      child.kill();
      await child;
    },
  };
}

/** Empty values hide settings of the user that would take precedence over these. */
function describeEnvironment(s3Port: number, dynamodbPort: number): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${s3Port}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamodbPort}`,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: embeddedAccessKey,
    AWS_SECRET_ACCESS_KEY: 'embedded',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
  };
}
