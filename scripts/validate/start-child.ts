import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** A process that this command needs for a while; it is gone with this command, however that goes. */
export interface Child {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly greeting: unknown;
  /** Rejects when the process ends without an answer, with what it printed. */
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** The processes of `scripts/validate/processes/`. */
export type ChildName =
  | 'recording-server'
  | 'engine-client'
  | 'bare-client'
  | 'stock-client'
  | 'run-viewers'
  | 'health-prober'
  | 'slow-readers'
  | 'idle-connections';

/**
 * Starts one of the processes and resolves when it is ready. It is killed after `limitSeconds`.
 * @throws {Error} when it ends before, with what it printed.
 */
export async function startChild(name: ChildName, argument: unknown, limitSeconds = 120): Promise<Child> {
  const script = fileURLToPath(new URL(`processes/${name}.ts`, import.meta.url));
  const child = execa(process.execPath, [script, JSON.stringify(argument)], {
    detached: true,
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    timeout: limitSeconds * 1_000,
    forceKillAfterDelay: 500,
    reject: false,
  });
  const ended = child.then(({ stderr, timedOut, signal }) => {
    const how = timedOut ? `was stopped after ${limitSeconds} s` : `ended${signal ? ` by ${signal}` : ''}`;
    throw new Error(`The process ${name} ${how}; it said:\n${stderr.slice(0, 2_000)}`);
  });
  ended.catch(() => {});
  const hear = () => Promise.race([child.getOneMessage().catch(() => ended), ended]);
  const greeting = await hear();
  return {
    pid: child.pid ?? 0,
    greeting,
    async ask(question) {
      const answer = hear();
      await child.sendMessage(question as object).catch(() => ended);
      return answer;
    },
    async stop() {
      child.kill();
      await child;
    },
  };
}
