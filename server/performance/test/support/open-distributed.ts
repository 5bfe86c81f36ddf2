import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { runDocumentKey } from '../../../../contract/object-keys.ts';
import { type Report, reportSchema } from '../../../../contract/report.ts';
import type { Results } from '../../../../contract/results.ts';
import type { Launcher } from '../../../launcher.ts';
import { endLeftOver } from './end-left-over.ts';
import { waitForNoRunner } from './runner-processes.ts';
import { waitFor, waitForEnd } from './service-client.ts';
import { startStores, type TestStores } from './start-stores.ts';
import { startTestService, type TestService } from './start-test-service.ts';

export const heldRunner = fileURLToPath(new URL('held-runner.ts', import.meta.url));
/** A busy machine starts four processes in as much. */
const endLimitMs = 90_000;

export interface ServeOptions {
  readonly runnerEnvironment?: Readonly<Record<string, string>>;
  readonly launcher?: Launcher;
  readonly isSupervised?: boolean;
  readonly targetUrl?: string;
  /** Downloads wait for `release`. */
  readonly isHeld?: boolean;
}

export type DistributedFixture = Awaited<ReturnType<typeof openDistributed>>;

/** Stores, and services on them whose runners are processes without calibration: see held-runner.ts. */
export async function openDistributed() {
  const stores = await startStores();
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-'));
  let services: TestService[] = [];
  let gate = Promise.withResolvers<void>();
  const latest = () => services.at(-1)?.url ?? '';

  async function serve({ isHeld = false, launcher, ...options }: ServeOptions = {}): Promise<TestService> {
    const service = await startTestService(stores, {
      ...options,
      runnerPath: heldRunner,
      launchTimeoutSeconds: 90,
      ...(launcher ? { launcher } : {}),
      ...(isHeld ? { holdDownloads: () => gate.promise } : {}),
    });
    services.push(service);
    return service;
  }

  async function readReport(runId: string): Promise<Report> {
    const body = await stores.documents.read(runDocumentKey(runId, 'report.json'));
    return reportSchema.parse(JSON.parse(String(body)));
  }

  async function waitUntilCompleted(runId: string): Promise<Results> {
    const results = await waitForEnd(latest(), runId, endLimitMs);
    assert.is(results.status, 'completed', results.failure_reason ?? '');
    return results;
  }

  return {
    stores: stores as TestStores,
    serve,
    readReport,
    waitUntilCompleted,
    findUrl: latest,
    release: () => gate.resolve(),

    describeHold(point: string) {
      const file = join(folder, randomUUID());
      return { file, env: { HOLD_AT: point, HOLD_FILE: file } };
    },

    letGo: (file: string) => writeFile(`${file}.free`, ''),

    async stop(service: TestService): Promise<void> {
      services = services.filter((one) => one !== service);
      await service.close();
    },

    /** A service the first of whose runners stays at a point of its life. */
    async holdAt(point: string, options: ServeOptions = {}) {
      const file = join(folder, randomUUID());
      const { url } = await serve({ ...options, runnerEnvironment: { HOLD_AT: point, HOLD_FILE: file } });
      const waitUntilHeld = async () => {
        while (!existsSync(file) || (await readFile(file, 'utf8')) === '') await sleep(50);
        return Number(await readFile(file, 'utf8'));
      };
      return {
        url,
        waitUntilHeld,
        async kill() {
          process.kill(await waitUntilHeld(), 'SIGKILL');
        },
      };
    },

    async waitForLoad(runId: string, inFlight: number): Promise<void> {
      await waitFor(latest(), runId, ({ progress }) => progress?.in_flight === inFlight, endLimitMs);
    },

    async assertWhole(runId: string, requests: number): Promise<void> {
      const results = await waitUntilCompleted(runId);
      assert.equal(results.verdict, { value: 'valid', reasons: [] });
      assert.is(results.metrics?.total_requests, requests);
      const { runners } = await readReport(runId);
      assert.match(runners?.statement ?? '', /^(\d) of \1 parts, requests reconciled$/);
      await waitForNoRunner(runId);
    },

    async assertIncomplete(runId: string, requests: number, reason: RegExp): Promise<Results> {
      const results = await waitUntilCompleted(runId);
      assert.is(results.verdict?.value, 'incomplete');
      assert.match(results.verdict?.reasons.join() ?? '', reason);
      assert.is(results.metrics?.total_requests, requests);
      const { runners } = await readReport(runId);
      assert.match(runners?.statement ?? '', /^INCOMPLETE: 3 of 4 parts; \d+ of \d+ requests$/);
      assert.is(runners?.missing.length, 1);
      return results;
    },

    /** After each test. */
    async reset(): Promise<void> {
      gate.resolve();
      await endLeftOver(stores.runs);
      for (const service of services) await service.close();
      services = [];
      gate = Promise.withResolvers();
    },

    async close(): Promise<void> {
      await stores.close();
      await rm(folder, { recursive: true });
    },
  };
}
