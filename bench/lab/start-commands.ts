import { createInterface } from 'node:readline';
import { execa } from 'execa';

/** A program as data. It prints one line of JSON when it is ready and ends when its IPC channel is closed. */
export interface LabCommand {
  /** For messages: `the service`. */
  readonly title: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the JSON lines of commands said. */
export interface Started {
  /** Of all so far: each command gets what those before it gave. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the last one that named one. */
  readonly url: string | null;
  stop(): Promise<void>;
}

const startLimitMs = 120_000;
const stopLimitMs = 15_000;
const keptLines = 20;

/**
 * Starts the commands one after the other; all of them are gone with this process, however it goes.
 * @throws {Error} when one does not start, with what it said; those before it are stopped.
 */
export async function startCommands(
  commands: readonly LabCommand[],
  base: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Started> {
  const running: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const command of running.toReversed()) await command.stop();
  };
  let env = base;
  let url: string | null = null;
  try {
    for (const command of commands) {
      const { said, stop: stopThis } = await startCommand(command, env, signal);
      running.push({ stop: stopThis });
      env = { ...env, ...said.env };
      url = said.url ?? url;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, url, stop };
}

interface Said {
  readonly env?: Readonly<Record<string, string>>;
  readonly url?: string;
}

async function startCommand(
  { title, file, args, cwd, env: own }: LabCommand,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
) {
  signal.throwIfAborted();
  const child = execa(file, args, {
    cwd,
    env: { ...env, ...own },
    extendEnv: false,
    ipc: true,
    detached: true,
    stdin: 'ignore',
    buffer: false,
    reject: false,
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > keptLines) said.shift();
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startLimitMs)]);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await child;
    clearTimeout(timer);
  };
  const line = await Promise.race([readLine(child.stdout), child.then(() => null), whenAborted(limit)]);
  if (line !== null) return { said: JSON.parse(line) as Said, stop };
  await stop();
  signal.throwIfAborted();
  throw new Error(`${title} did not start${said.length > 0 ? `; it said:\n${said.join('\n')}` : '.'}`);
}

async function readLine(stdout: NodeJS.ReadableStream): Promise<string | null> {
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    // What comes later is read and dropped, so that the pipe never fills.
    stdout.resume();
    return line;
  }
  return null;
}

function whenAborted(signal: AbortSignal): Promise<null> {
  return new Promise((tell) => {
    if (signal.aborted) tell(null);
    signal.addEventListener('abort', () => tell(null), { once: true });
  });
}
