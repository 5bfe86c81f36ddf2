import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { type ShapingProxy, startShapingProxy } from '../../bench/lab/start-shaping-proxy.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { readStoresConfig } from '../../server/config.ts';
import { publishModel } from '../../server/registry/publish-model.ts';
import { startLocalAws } from '../local-aws/start-local-aws.ts';
import { openRegistry } from '../open-registry.ts';
import { serviceArguments, serviceOptions, stopService } from '../service-process.ts';
import { type MatrixCase, models } from './cases.ts';

export interface Stage {
  /** Starts what the case needs, anew, and resolves with the service's address. */
  enter(matrixCase: MatrixCase): Promise<{ readonly url: string; leave(): Promise<void> }>;
  close(): Promise<void>;
}

/** Embedded stores with two models in them; around them, case by case, proxies and a service, each its own process. */
export async function openStage(): Promise<Stage> {
  const aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  await publishModels();
  return {
    async enter(matrixCase) {
      const proxies: ShapingProxy[] = [];
      const shape = async (url: string, shaping: MatrixCase['clients']) => {
        const proxy = await startShapingProxy(url, shaping ?? {});
        proxies.push(proxy);
        return proxy.url;
      };
      const { s3, dynamodb, clients, settings } = matrixCase;
      const env: Record<string, string | undefined> = { ...process.env, ...settings, LOG_LEVEL: 'error' };
      if (s3) env.AWS_ENDPOINT_URL_S3 = await shape(aws.env.AWS_ENDPOINT_URL_S3 ?? '', s3);
      if (dynamodb)
        env.AWS_ENDPOINT_URL_DYNAMODB = await shape(aws.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', dynamodb);
      const port = String(await findFreePort());
      if (clients) env.TARGET_URL = await shape(`http://127.0.0.1:${port}`, clients);
      const service = execa(process.execPath, serviceArguments, {
        ...serviceOptions,
        env: { ...env, HOST: '127.0.0.1', PORT: port },
        stderr: 'inherit',
      });
      const [line] = (await Promise.race([
        once(createInterface(service.stdout), 'line'),
        service.then(() => Promise.reject(new Error(`The service of "${matrixCase.name}" did not start.`))),
      ])) as [string];
      return {
        url: (JSON.parse(line) as { url: string }).url,
        async leave() {
          await stopService(service, 5_000);
          await Promise.all(proxies.map((proxy) => proxy.stop()));
        },
      };
    },
    close: () => aws.stop(),
  };
}

async function publishModels(): Promise<void> {
  const clients = createAwsClients();
  try {
    const { stores } = await openRegistry(clients, readStoresConfig(process.env));
    for (const { modelId, sizeBytes } of Object.values(models)) {
      await publishModel(stores, { modelId, version: 'main', content: generate(modelId, sizeBytes) });
    }
  } finally {
    clients.destroy();
  }
}

/** The same bytes for the same name, that do not compress. */
async function* generate(name: string, sizeBytes: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < sizeBytes; ) {
    const piece = createHash('shake256', { outputLength: Math.min(65_536, sizeBytes - done) })
      .update(`${name} ${done}`)
      .digest();
    done += piece.length;
    yield piece;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
