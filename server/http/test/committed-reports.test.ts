import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createExperiment, createRounds } from '../../../bench/test/experiment-fixture.ts';
import { committedReportsSchema } from '../../../contract/committed-reports.ts';
import { reportDocumentPath, routes } from '../../../contract/routes.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';

const test = suite('committed reports');
let folder = '';
let stores: TestStores;
let service: TestService;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-reports-'));
  await layReport('soup', 1, JSON.stringify(createExperiment(createRounds(8, { before: 2, after: 1 }))));
  await writeFile(join(folder, 'soup', '1', 'pairs.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await layReport('soup', 2, '{"schema":"modelrig.experiment/9"}');
  await layReport('ladder', 1, '{"schema":"modelrig.ladder/1"}');
  await mkdir(join(folder, 'drafts', 'some-run'), { recursive: true });
  stores = await startStores();
  service = await startTestService(stores, {
    launcher: createRecordingLauncher(),
    isSupervised: false,
    reportsFolder: folder,
  });
});

test.after(async () => {
  await service?.close();
  await stores?.close();
  await rm(folder, { recursive: true, force: true });
});

test('every version is listed with its answer, one that cannot be read is named, and what is no experiment is left alone', async () => {
  const { reports, unreadable } = committedReportsSchema.parse(
    await (await fetch(service.url + routes.reports)).json(),
  );
  assert.equal(
    reports.map(({ name, number, verdict }) => [name, number, verdict.value]),
    [['soup', 1, 'BETTER']],
  );
  assert.match(reports[0]?.answer ?? '', /^BETTER: \d\.\d+ times the goodput/);
  assert.equal([reports[0]?.origin.kind, reports[0]?.draft_reasons], ['lab', []]);
  assert.equal(Object.keys(reports[0]?.documents ?? {}).sort(), ['pairs.svg', 'report.json']);
  assert.equal(unreadable, [{ folder: 'soup/2', reason: 'its report.json is none of ours' }]);
});

test('a draft that was pulled from a service says that it is one, whose runs it holds, and that one pair bounds nothing', async () => {
  const origin = { kind: 'service', url: 'http://127.0.0.1:8080', number: 3 } as const;
  const draftReasons = ['the working tree had uncommitted changes'];
  const draft = createExperiment(createRounds(1, { before: 1, after: 2 }), {
    name: 'stew',
    origin,
    draftReasons,
  });
  await layReport('stew', 1, JSON.stringify(draft));
  const { reports } = committedReportsSchema.parse(await (await fetch(service.url + routes.reports)).json());
  await rm(join(folder, 'stew'), { recursive: true });
  const found = reports.find(({ name }) => name === 'stew');
  assert.equal(found?.origin, origin);
  assert.equal(found?.draft_reasons, draftReasons);
  assert.match(
    found?.answer ?? '',
    /^No verdict yet: 1 of the 8 pairs that the next look takes; measured so far: 0\.\d+ times the goodput; predicted/,
  );
  assert.not.match(found?.answer ?? '', '∞');
});

test('a document comes with its media type, and a picture of it may run nothing', async () => {
  const picture = await fetch(service.url + reportDocumentPath('soup', 1, 'pairs.svg'));
  assert.is(picture.status, 200);
  assert.match(picture.headers.get('content-type') ?? '', 'image/svg+xml');
  assert.match(picture.headers.get('content-security-policy') ?? '', "default-src 'none'");
});

test('a document, and the description of the API, are 304 to whoever has them', async () => {
  for (const path of [reportDocumentPath('soup', 1, 'report.json'), routes.openapi]) {
    const { headers } = await fetch(service.url + path);
    const asked = get(service.url + path, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    assert.is(response.statusCode, 304, path);
    assert.is((await fetch(service.url + path, { headers: { 'if-none-match': '"another"' } })).status, 200);
  }
});

test('what is not there is 404, and no path leads out of the folder', async () => {
  for (const [path, status] of [
    [reportDocumentPath('soup', 7, 'report.json'), 404],
    [reportDocumentPath('soup', 1, 'report.txt'), 404],
    [`${routes.reports}/..%2f..%2fetc/1/documents/report.json`, 400],
    [`${routes.reports}/soup/..%2f1/documents/report.json`, 400],
  ] as const) {
    assert.is((await fetch(service.url + path)).status, status, path);
  }
});

test('without the folder there are none', async () => {
  const bare = await startTestService(stores, { launcher: createRecordingLauncher(), isSupervised: false });
  assert.equal(await (await fetch(bare.url + routes.reports)).json(), { reports: [], unreadable: [] });
  await bare.close();
});

async function layReport(name: string, number: number, text: string): Promise<void> {
  const place = join(folder, name, String(number));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'report.json'), text);
}

test.run();
