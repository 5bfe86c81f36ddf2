import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readReport } from '../../bench/report/read-report.ts';
import { resultsSchema } from '../../contract/results.ts';
import { serveRegistry } from '../../server/http/test/serve-registry.ts';
import { publishModel } from '../../server/registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../server/test/registry-fixture.ts';
import { zipFiles } from '../model-sources/zip-files.ts';
import { bench } from './support/run-bench.ts';

const test = suite('bench run at a registry');
const delivered = ['streamed', 'redirected'] as const;
let folder = '';
let registry: RegistryFixture;
const served: { url: string; close(): Promise<void> }[] = [];

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-registry-'));
  process.chdir(folder);
  registry = await startRegistry();
  for (const name of ['one', 'two']) {
    const content = zipFiles([{ name: 'model.bin', content: Buffer.alloc(200_000, name) }]);
    await publishModel(registry, { modelId: `test/${name}`, version: 'main', content, replace: false });
  }
  for (const delivery of delivered) served.push(await serveRegistry(registry, { delivery }));
});
test.after(async () => {
  for (const one of served) await one.close();
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

for (const [index, delivery] of delivered.entries()) {
  test(`a ${delivery} registry tells length, digest and strategy by HEAD, and every body is held against them`, async () => {
    const url = served[index]?.url ?? '';
    const args = ['run', 'burst-100', '--target', url, '--vus', '3', '--model', 'test/one', '--json'];
    const { exitCode, stdout, stderr } = await bench(args);
    assert.is(exitCode, 0, stderr);
    const report = await readDraft(stdout);
    const record = await registry.models.find('test_one', 'main');
    assert.is(report.target?.size_bytes, record?.sizeBytes);
    assert.is(report.target?.digest, record?.digest);
    assert.is(report.fingerprint.subject.delivery, delivery);
    const counts = report.checks.map(({ name, passed, total }) => [name, passed, total]);
    assert.equal(counts.slice(0, 3), [
      ['length', 3, 3],
      ['digest', 1, 1],
      ['delivery', 3, 3],
    ]);
  });
}

test('the scenario of records asks for those of the models that the registry lists', async () => {
  const url = served[0]?.url ?? '';
  const args = ['run', 'metadata', '--target', url, '--vus', '2', '--duration', '500ms', '--quiet'];
  const { exitCode, stdout, stderr } = await bench(args);
  assert.is(exitCode, 0, stderr);
  assert.match(stdout, '2 clients for 0.50 s × metadata');
});

async function readDraft(stdout: string) {
  const { run_id } = resultsSchema.parse(JSON.parse(stdout));
  return readReport(await readFile(join('reports', 'drafts', run_id, 'report.json'), 'utf8'));
}

test.run();
