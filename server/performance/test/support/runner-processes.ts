import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** The process id of the runner of this run. */
export function findRunner(runId: string): number {
  const [pid] = listRunners(runId);
  if (pid === undefined) throw new Error(`No process runs ${runId}.`);
  return pid;
}

export async function waitForNoRunner(runId: string): Promise<void> {
  while (listRunners(runId).length > 0) await sleep(200);
}

export function listRunners(runId: string): number[] {
  return execFileSync('ps', ['-eo', 'pid=,args='])
    .toString()
    .split('\n')
    .filter((line) => line.includes('runner.ts') && line.includes(runId))
    .map((line) => Number.parseInt(line, 10));
}
