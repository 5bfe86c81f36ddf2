import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Subprocess } from 'execa';
import { serviceNodeFlags } from '../contract/service-command.ts';

/** Node's arguments for a service that is gone with the process that started it. */
export const serviceArguments = [
  ...serviceNodeFlags,
  '--import',
  resolve('./local-aws/die-with-parent.ts'),
  resolve('../server/main.ts'),
];

/** Ctrl-C in a terminal reaches only the process that started the service, which stops it in its own order. */
export const serviceOptions = {
  extendEnv: false,
  ipc: true,
  detached: true,
  stdin: 'ignore',
  buffer: false,
  reject: false,
  // Who stops it has a limit of its own; execa would kill it 5 s after it was asked to end.
  forceKillAfterDelay: false,
} as const;

/** From the one line that a service prints; null when it ends without. */
export async function readServiceUrl(stdout: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface({ input: stdout })) return (JSON.parse(line) as { url: string }).url;
  return null;
}

export function isRunning({ nodeChildProcess }: Pick<Subprocess, 'nodeChildProcess'>): boolean {
  return nodeChildProcess.exitCode === null && nodeChildProcess.signalCode === null;
}

/** Asks the service to end, and ends it when that takes longer than the limit. */
export async function stopService(
  service: Pick<Subprocess, 'kill'> & PromiseLike<unknown>,
  limitMs: number,
): Promise<void> {
  service.kill('SIGTERM');
  const limit = setTimeout(() => service.kill('SIGKILL'), limitMs);
  await service;
  clearTimeout(limit);
}

function resolve(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
