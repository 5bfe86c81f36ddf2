import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../bench/engine/plan-requests.ts';
import { type Results, resultsPageSchema, resultsSchema, triggerAnswerSchema } from '../../contract/results.ts';
import { cancelPath, resultPath, routes } from '../../contract/routes.ts';
import { isTerminal, type RunStatus } from '../../contract/run.ts';
import { ask } from './ask.ts';
import { steadyModel } from './publishers.ts';

export interface RunsOptions {
  readonly seed: number;
  readonly readUrl: () => string;
  /** When no other is begun. */
  readonly signal: AbortSignal;
  readonly onEnd: (status: RunStatus) => void;
  readonly onKill: () => void;
  /** Told of a run before it is asked to be cancelled. */
  readonly onCancel: (id: string) => void;
}

const runnerStream = 4;
const pollMs = 300;
/** Between runs, each of which starts a process and measures what this machine can do. */
const pauseMs = 8_000;
const mostClients = 6;
/** A runner hears of its end with its next heartbeat. */
const cancelLimitMs = 10_000;

/** One run after the other: some are cancelled, the runners of some are killed. Resolves with the ids of all. */
export async function runRuns({
  seed,
  readUrl,
  signal,
  onEnd,
  onKill,
  onCancel,
}: RunsOptions): Promise<string[]> {
  const random = createRandom(seed, runnerStream);
  const ids: string[] = [];
  while (!signal.aborted) {
    const fate = random();
    const atMs = performance.now() + random() * 8_000;
    const clients = 1 + Math.floor(random() * mostClients);
    const runId = await trigger(readUrl(), clients);
    if (runId !== null) ids.push(runId);
    for (let isDone = runId === null; !isDone && !signal.aborted; ) {
      await sleep(pollMs);
      const status = (await readResults(readUrl(), runId ?? ''))?.status;
      isDone = status !== undefined && isTerminal(status);
      if (isDone) onEnd(status as RunStatus);
      if (isDone || performance.now() < atMs) continue;
      if (fate < 0.2) {
        onCancel(runId ?? '');
        await ask({ url: readUrl(), method: 'POST', path: cancelPath(runId ?? '') });
      } else if (fate < 0.4 && killRunner(runId ?? '')) {
        onKill();
        break;
      }
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
  return ids;
}

/** The id of the run that began; null where none did, or nothing is known of it. */
export async function trigger(url: string, clients: number): Promise<string | null> {
  const workload = { model_id: steadyModel, num_clients: clients, duration_seconds: 20 };
  const answer = await ask({
    url,
    method: 'POST',
    path: routes.workload,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(workload)),
  });
  if (answer.end !== 'whole' || answer.status !== 202) return null;
  return triggerAnswerSchema.parse(JSON.parse(answer.text)).run_id;
}

/** Null where the service does not tell just now. */
export async function readResults(url: string, runId: string): Promise<Results | null> {
  try {
    const answer = await fetch(url + resultPath(runId));
    return answer.status === 200 ? resultsSchema.parse(await answer.json()) : null;
  } catch {
    return null;
  }
}

/** Every run that there is a record of, those whose trigger got no answer included. */
export async function listRuns(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await fetch(`${url}${routes.results}?limit=100${query}`);
    if (answer.status !== 200) throw new Error(`The list of runs answered ${answer.status}.`);
    const page = resultsPageSchema.parse(await answer.json());
    ids.push(...page.runs.map(({ run_id }) => run_id));
    if (page.next_cursor === null) return ids;
    cursor = page.next_cursor;
  }
}

/** Ends what is under way, as far as a service that may itself be on its way answers, and waits for it some seconds. */
export async function cancelRuns(url: string): Promise<void> {
  const deadlineMs = performance.now() + cancelLimitMs;
  for (const id of await listRuns(url).catch(() => [])) {
    for (;;) {
      const status = (await readResults(url, id))?.status;
      if (status === undefined || isTerminal(status) || performance.now() > deadlineMs) break;
      await ask({ url, method: 'POST', path: cancelPath(id) });
      await sleep(pollMs);
    }
  }
}

/** False when none is there. */
function killRunner(runId: string): boolean {
  const runners = execFileSync('ps', ['-eo', 'pid=,args='])
    .toString()
    .split('\n')
    .filter((line) => line.includes('runner.ts') && line.includes(runId))
    .map((line) => Number.parseInt(line, 10));
  for (const pid of runners) process.kill(pid, 'SIGKILL');
  return runners.length > 0;
}
