import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deliveryStrategies } from '../../../contract/environment.ts';
import { skip } from '../../../scripts/testing/skip.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { startFaultyProxy } from '../../test/faulty-proxy.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';
import { addDownloadContract, type DownloadSubject } from './download-contract.ts';
import { downloadWith, isInstalled, realClients } from './real-clients.ts';

const test = suite('download contract');
const bytes = randomBytes(60_000);
/** Eight parts of the least size that aria2c splits off. */
const largeBytes = randomBytes(8 * 1024 * 1024);
const services = new Map<string, ServiceProcess>();
let registry: RegistryFixture;
let records: Pick<DownloadSubject, 'main' | 'fixed'>;

test.before(async () => {
  registry = await startRegistry();
  const [main, fixed] = await Promise.all([
    publish('arnir0/Tiny-LLM', 'main', bytes),
    publish('arnir0/Tiny-LLM', 'v1.0', bytes),
    publish('large', 'main', largeBytes),
  ]);
  records = { main, fixed };
  await Promise.all(
    deliveryStrategies.map(async (name) => {
      services.set(name, await startServiceProcess(registry.stores, { DELIVERY: name }));
    }),
  );
});

test.after(async () => {
  await Promise.all([...services.values()].map((service) => service.close()));
  await registry?.close();
});

const readUrl = (name: string) => services.get(name)?.url ?? '';

for (const name of deliveryStrategies) {
  addDownloadContract(test, name, () => ({ url: readUrl(name), bytes, ...records }));
}

for (const client of realClients) {
  const title = `${client.name} has a download right whose every connection is cut`;
  if (await isInstalled(client)) {
    for (const name of deliveryStrategies) test(`${name}: ${title}`, () => downloadThroughCuts(name));
  } else {
    skip(test, title, `needs the Debian package ${client.debianPackage}`);
  }

  async function downloadThroughCuts(name: string): Promise<void> {
    const proxy = await startFaultyProxy(readUrl(name));
    try {
      // No connection carries more: only who resumes ever has it all.
      const cut = { afterBytes: client.cutAfterBytes, act: 'end' } as const;
      proxy.setFault(cut);
      if (name === 'redirected') registry.s3.setFault(cut);
      const record = await registry.models.find('large', 'main');
      const digest = await downloadWith(client, `${proxy.url}/performance/large/main/model.zip`);
      assert.is(digest, record?.digest);
    } finally {
      registry.s3.setFault(null);
      await proxy.close();
    }
  }
}

test('none of these requests was an error of a service', () => {
  for (const [name, service] of services) assert.is(service.readLog(), '', name);
});

async function publish(modelId: string, version: string, content: Buffer) {
  const chunks = (async function* () {
    yield content;
  })();
  return (await publishModel(registry, { modelId, version, content: chunks })).record;
}

test.run();
