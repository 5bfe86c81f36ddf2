import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createArtifactReader } from '../../aws/artifact-reader.ts';
import { createDeliveryClient } from '../../aws/clients.ts';
import type { DeliveryStrategy } from '../../delivery/delivery-strategy.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { movableKeptMs } from '../../registry/record-reads.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { openRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('leaving clients');
const bytes = randomBytes(6 * 1024 * 1024);
const path = '/performance/big/main/model.zip';
let registry: RegistryFixture;
let deliveryClient: S3Client;
let service: ServedRegistry;

test.before(async () => {
  const fixture = await startRegistry();
  // One connection to S3, so that one that is not given back is noticed.
  deliveryClient = createDeliveryClient(1);
  registry = {
    ...fixture,
    reader: createArtifactReader(deliveryClient, { bucket: fixture.stores.modelsBucket }),
  };
  service = await serveRegistry(registry);
  const content = (async function* () {
    yield bytes;
  })();
  await publishModel(registry, { modelId: 'big', version: 'main', content });
});

test.after(async () => {
  await service?.close();
  deliveryClient?.destroy();
  await registry?.close();
});

test.after.each(() => {
  registry.s3.setFault(null);
  registry.dynamodb.setFault(null);
});

const stall = { afterBytes: 0, act: 'stall', times: 1 } as const;
/** Each resolves with the connection at that point of its download. */
const phases: Readonly<Record<string, () => Promise<Socket>>> = {
  async 'has sent half a head'() {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`GET ${path} HT`);
    await sleep(20);
    return socket;
  },
  async 'waits for its record'() {
    // What the download before has left would spare the question.
    await sleep(movableKeptMs);
    registry.dynamodb.setFault(stall);
    const socket = await ask();
    await waitUntil(() => registry.dynamodb.countStrikes() === 1);
    return socket;
  },
  async 'waits for the first byte of S3'() {
    registry.s3.setFault(stall);
    const socket = await ask();
    await waitUntil(() => registry.s3.countStrikes() === 1);
    return socket;
  },
  async 'is in mid body'() {
    const socket = await ask();
    await once(socket, 'readable');
    return socket;
  },
  async 'waits for S3 in mid body'() {
    registry.s3.setFault({ ...stall, afterBytes: 1_000_000 });
    const socket = (await ask()).resume();
    await waitUntil(() => registry.s3.countStrikes() === 1);
    return socket;
  },
};

for (const [phase, reach] of Object.entries(phases)) {
  for (const [how, leave] of [
    ['in order', (socket: Socket) => socket.destroy()],
    ['by a reset', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    test(`a client that ${phase} and leaves ${how} takes nothing from the next one, and is nothing for the log`, async () => {
      const socket = await reach();
      leave(socket);
      registry.s3.setFault(null);
      registry.dynamodb.setFault(null);
      const next = await fetch(service.url + path, { signal: AbortSignal.timeout(8_000) });
      assert.ok(Buffer.from(await next.arrayBuffer()).equals(bytes));
      assert.equal(service.errors, []);
    });
  }
}

test('nothing is read for a client that left while its record was looked for', async () => {
  const { record } = await publishModel(registry, {
    modelId: 'small',
    version: 'main',
    content: (async function* () {
      yield Buffer.from('bytes');
    })(),
  });
  const { promise: found, resolve } = Promise.withResolvers<ModelRecord>();
  let asked: AbortSignal | null = null;
  let opened = 0;
  const strategy: DeliveryStrategy = {
    name: 'cached',
    async open() {
      opened += 1;
      throw new Error('nobody waits for it');
    },
  };
  const held = await serveRegistry(
    { ...registry, models: { ...registry.models, find: () => found } },
    {
      async choose(_, { signal }) {
        asked = signal;
        return strategy;
      },
    },
  );
  try {
    const socket = await openRaw(held.url, 'GET /performance/small/main/model.zip HTTP/1.1');
    await waitUntil(() => asked !== null);
    socket.destroy();
    await waitUntil(() => asked?.aborted === true);
    resolve(record);
    // Long after what was waiting for it.
    assert.is((await fetch(`${held.url}/live`)).status, 200);
    assert.is(opened, 0);
    assert.equal(held.errors, []);
  } finally {
    await held.close();
  }
});

function ask(): Promise<Socket> {
  return openRaw(service.url, `GET ${path} HTTP/1.1`);
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'not within 20 s');
    await sleep(5);
  }
}

test.run();
