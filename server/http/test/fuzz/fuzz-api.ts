import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../../../contract/routes.ts';
import { failRun } from '../../../performance/end-run.ts';
import { makeRun } from '../../../performance/test/support/make-run.ts';
import { createRecordingLauncher } from '../../../performance/test/support/recording-launcher.ts';
import { startStores, type TestStores } from '../../../performance/test/support/start-stores.ts';
import { startTestService } from '../../../performance/test/support/start-test-service.ts';
import { exampleRunId } from '../../openapi/examples.ts';

/**
 * Schemathesis against the service, from the service's own OpenAPI document. Runs are triggered and end by their
 * launch timeout: what is tried here is the API, not the load. Run by `npm run test:fuzz`.
 */
const test = suite('fuzzed API');
const { SCHEMATHESIS_PYTHON: python = 'python3' } = process.env;
const hooks = fileURLToPath(new URL('hooks.py', import.meta.url));
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
].join(',');

test('2,000 cases meet no 5xx, no status that is not documented and no answer unlike its schema', async () => {
  const stores = await startStores();
  const service = await startTestService(stores, {
    launcher: createRecordingLauncher(),
    launchTimeoutSeconds: 1,
  });
  await createKnownRun(stores);
  try {
    const { failed, all } = await execa(
      python,
      [
        ...['-m', 'schemathesis.cli', 'run'],
        service.url + routes.openapi,
        ...['--checks', checks],
        ...['--max-examples', '110', '--seed', '1', '--workers', '2', '--no-color'],
        ...['--request-timeout', '20', '--suppress-health-check', 'all', '--generation-database', 'none'],
      ],
      { all: true, reject: false, stdin: 'ignore', env: { SCHEMATHESIS_HOOKS: hooks } },
    );
    console.log(all);
    const cases = [...all.matchAll(/(\d[\d,]*) generated/g)].map(([, count = '0']) =>
      Number(count.replaceAll(',', '')),
    );
    assert.not.ok(failed, 'Schemathesis found faults; they stand above.');
    assert.ok(Math.max(0, ...cases) >= 2_000, `only ${Math.max(0, ...cases)} cases`);
    assert.equal(service.errors, []);
  } finally {
    await service.close();
    await stores.close();
  }
});

/** The one that the document's examples name. */
async function createKnownRun({ runs }: TestStores): Promise<void> {
  const run = makeRun({ run_id: exampleRunId, status: 'running' });
  await runs.createRun(run);
  await failRun(runs, run.run_id, 'It was lost.');
}

test.run();
