import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UsageError } from '../../bench/cli/exit-codes.ts';

export interface WrkResult {
  /** Answers that were whole; what is in flight at the end is in no figure of wrk's. */
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** @throws {UsageError} saying how to get wrk where there is none. */
export async function requireWrk(): Promise<void> {
  const { code } = await execa('wrk', ['-v'], { reject: false });
  if (code === 'ENOENT') throw new UsageError('wrk is missing: apt-get install wrk');
}

export async function runWrk(url: string, connections: number, seconds: number): Promise<WrkResult> {
  const script = fileURLToPath(new URL('wrk-summary.lua', import.meta.url));
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url];
  const { stdout, stderr, failed } = await execa('wrk', args, {
    reject: false,
    timeout: (seconds + 20) * 1_000,
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (failed || line === undefined) throw new Error(`wrk failed; it said:\n${stdout}\n${stderr}`);
  const { requests, errors, p50, p95, p99 } = JSON.parse(line) as Record<
    'requests' | 'errors' | 'p50' | 'p95' | 'p99',
    number
  >;
  return { requests, errors, p50Ms: p50 / 1_000, p95Ms: p95 / 1_000, p99Ms: p99 / 1_000 };
}
