import { setTimeout as sleep } from 'node:timers/promises';
import { downloadPath } from '../../contract/routes.ts';
import { isTerminal, type RunStatus } from '../../contract/run.ts';
import { listAllModels } from '../../server/registry/list-all-models.ts';
import type { PublishStores } from '../../server/registry/publish-request.ts';
import { replacedKeptMs } from '../../server/registry/replaced-artifact.ts';
import { sweepUploads } from '../../server/registry/sweep-uploads.ts';
import { ask } from './ask.ts';
import { checkAnswer } from './check-answer.ts';
import type { Population } from './clients.ts';
import { listRuns, readResults, trigger } from './runs.ts';

/** Longer than whatever a run may wait for without a fault: its launch, leases, and stores that were away. */
const settleLimitMs = 300_000;
const pollMs = 500;
const readAttempts = 60;

export interface SettledRuns {
  readonly runs: readonly { readonly id: string; readonly status: RunStatus | null }[];
  readonly lastRun: RunStatus | null;
}

/** Waits until every run has ended, those without an answer included, and then has one more. */
export async function settleRuns(readUrl: () => string, triggered: readonly string[]): Promise<SettledRuns> {
  const ids = [...new Set([...triggered, ...(await listRuns(readUrl()))])];
  const deadlineMs = performance.now() + settleLimitMs;
  const runs = await Promise.all(
    ids.map(async (id) => ({ id, status: await waitForEnd(readUrl(), id, deadlineMs) })),
  );
  const last = await triggerAtLast(readUrl(), performance.now() + settleLimitMs);
  const lastRun = last === null ? null : await waitForEnd(readUrl(), last, performance.now() + settleLimitMs);
  return { runs: last === null ? runs : [...runs, { id: last, status: lastRun }], lastRun };
}

/** Its status at the deadline when it has not ended. */
async function waitForEnd(url: string, id: string, deadlineMs: number): Promise<RunStatus | null> {
  for (;;) {
    const status = (await readResults(url, id))?.status ?? null;
    if ((status !== null && isTerminal(status)) || performance.now() > deadlineMs) return status;
    await sleep(pollMs);
  }
}

/** A claim without a record behind it holds the place for some seconds. */
async function triggerAtLast(url: string, deadlineMs: number): Promise<string | null> {
  for (;;) {
    const id = await trigger(url, 1);
    if (id !== null || performance.now() > deadlineMs) return id;
    await sleep(pollMs);
  }
}

/**
 * Downloads every version that may be there, and notes what is wrong; how many were read as a whole. Only a 503 that asks to
 * come later is tried again: where others keep the machine busy, a store may miss the service's time limits without a fault.
 */
export async function readAllVersions({ catalogue, strikes, tally, readUrl }: Population): Promise<number> {
  let count = 0;
  for (const { id, version } of catalogue.listVersions()) {
    for (let attempt = 1; attempt <= readAttempts; attempt += 1) {
      const answer = await ask({ url: readUrl(), path: downloadPath(id, version) });
      tally.note(checkAnswer(catalogue, strikes, { id, version }, answer));
      if (answer.end === 'whole' && answer.status === 200) count += 1;
      if (answer.end !== 'whole' || answer.status !== 503) break;
      if (attempt === readAttempts) {
        tally.note({ kind: 'lost', text: `${id}@${version}: still 503, without any fault` });
      }
      await sleep(pollMs);
    }
  }
  return count;
}

/**
 * Keys of artifacts that no record leads to, once the uploads of the dead have been ended and what was replaced is removed,
 * as a service does by and by: as if its time had passed.
 */
export async function findLeftOver(stores: PublishStores): Promise<string[]> {
  await sweepUploads(stores, Date.now() + Math.max(stores.models.uploads.leaseMs, replacedKeptMs));
  const used = new Set<string>();
  for await (const { objectKey } of listAllModels(stores.models)) used.add(objectKey);
  return (await stores.artifacts.list('performance/')).filter((key) => !used.has(key));
}
