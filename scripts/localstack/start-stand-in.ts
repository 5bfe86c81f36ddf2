import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { InstalledStandIn } from './install-stand-in.ts';

export interface StandIn {
  readonly url: string;
  stop(): Promise<void>;
}

const startLimitMs = 20_000;
const program = fileURLToPath(new URL('serve.py', import.meta.url));

/**
 * Starts the stand-in's S3 and DynamoDB on loopback, in memory; it is gone with this process even after SIGKILL. With
 * `enforcesPolicies` it checks signatures and lets callers do what the policies of their roles allow; `test` may do all.
 */
export async function startStandIn(
  { python, folder }: InstalledStandIn,
  { enforcesPolicies = false } = {},
): Promise<StandIn> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  // Isolated (-I) and without the machine's own packages (-S): it sees what is pinned, and nothing else.
  const child = execa(python, ['-I', '-S', program, folder], {
    stdin: 'pipe',
    all: true,
    reject: false,
    // Ctrl-C in a terminal reaches this process alone, which ends the stand-in when it is ready.
    detached: true,
    forceKillAfterDelay: 2_000,
    extendEnv: false,
    env: {
      PATH: process.env.PATH,
      // Where it puts a file with its process id.
      TMPDIR: folder,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      // It would listen on every address, whatever BIND_HOST says.
      IOT_MTLS_ENABLED: '0',
      SERVICES: enforcesPolicies ? 's3,dynamodb,iam,sts' : 's3,dynamodb',
      AUTH: String(enforcesPolicies),
      LOG_LEVEL: 'WARNING',
    },
  });
  const stop = async () => {
    child.kill();
    await child;
  };
  const started = new AbortController();
  const ended = child.then(({ all }) => `It ended at once:\n${all}`);
  const fault = await Promise.race([waitUntilHealthy(url, started.signal), ended]);
  started.abort();
  if (fault === null) return { url, stop };
  await stop();
  throw new Error(`The stand-in did not start. ${fault}`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function waitUntilHealthy(url: string, over: AbortSignal): Promise<string | null> {
  const deadline = performance.now() + startLimitMs;
  while (!over.aborted && performance.now() < deadline) {
    const isHealthy = await fetch(`${url}/_localstack/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isHealthy) return null;
    await sleep(50);
  }
  return `Nothing answered at ${url} within ${startLimitMs / 1_000} s.`;
}
