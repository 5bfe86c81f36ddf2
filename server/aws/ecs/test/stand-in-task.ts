import { constants } from 'node:os';
import type { RunTaskCommandInput, Task } from '@aws-sdk/client-ecs';
import { execa } from 'execa';

export interface TaskProgram {
  /** Run by this Node, with the override's command behind it. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface TaskOptions {
  readonly container: string;
  readonly program?: TaskProgram;
  readonly pendingMs?: number;
  readonly stopBeforeRunning?: string;
  readonly metadataUrl: string;
}

type Child = ReturnType<typeof startProgram>;

/** One task: PENDING, then RUNNING as a real process, then STOPPED with what ended it. */
export class StandInTask {
  readonly arn: string;
  readonly input: RunTaskCommandInput;
  readonly #createdAt = Date.now() / 1_000;
  readonly #container: string;
  readonly #timer: NodeJS.Timeout;
  #status: 'PENDING' | 'RUNNING' | 'STOPPED' = 'PENDING';
  #startedAt: number | undefined;
  #child: Child | undefined;
  #end: { stopCode: string; stoppedReason: string; exitCode?: number; reason?: string } | undefined;

  constructor(arn: string, input: RunTaskCommandInput, options: TaskOptions) {
    this.arn = arn;
    this.input = input;
    this.#container = options.container;
    this.#timer = setTimeout(() => this.#run(options), options.pendingMs ?? 20);
  }

  get isToRun(): boolean {
    return this.#status !== 'STOPPED';
  }

  get hasProcess(): boolean {
    return this.#child !== undefined && this.#status === 'RUNNING';
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Of the container, as its process told it. */
  get exitCode(): number | undefined {
    return this.#end?.exitCode;
  }

  /** Dates in seconds, as the protocol has them. */
  describe(): Record<keyof Task & string, unknown> | object {
    return {
      taskArn: this.arn,
      lastStatus: this.#status,
      desiredStatus: this.#status === 'STOPPED' ? 'STOPPED' : 'RUNNING',
      startedBy: this.input.startedBy,
      createdAt: this.#createdAt,
      ...(this.#startedAt === undefined ? {} : { startedAt: this.#startedAt }),
      ...(this.#end ? { stopCode: this.#end.stopCode, stoppedReason: this.#end.stoppedReason } : {}),
      containers: [
        {
          name: this.#container,
          lastStatus: this.#status,
          ...(this.#end?.exitCode === undefined ? {} : { exitCode: this.#end.exitCode }),
          ...(this.#end?.reason === undefined ? {} : { reason: this.#end.reason }),
        },
      ],
    };
  }

  /** As StopTask does it: the process is killed, which ECS does at the latest after its stop timeout. */
  stop(reason: string): void {
    clearTimeout(this.#timer);
    if (this.#status === 'STOPPED') return;
    const end = { stopCode: 'UserInitiated', stoppedReason: reason };
    if (this.#child) {
      this.#end = end;
      this.#child.kill('SIGKILL');
    } else this.finish(end);
  }

  /** Also for a task without a process. */
  finish(end: { stopCode: string; stoppedReason: string; exitCode?: number; reason?: string }): void {
    this.#end = { ...end, ...this.#end };
    this.#status = 'STOPPED';
  }

  #run({ program, stopBeforeRunning, metadataUrl }: TaskOptions): void {
    if (stopBeforeRunning !== undefined) {
      this.finish({ stopCode: 'TaskFailedToStart', stoppedReason: stopBeforeRunning });
      return;
    }
    this.#status = 'RUNNING';
    this.#startedAt = Date.now() / 1_000;
    if (!program) return;
    this.#child = startProgram(program, this.input, metadataUrl);
    void this.#child.then(({ exitCode, signal }) => {
      const code = exitCode ?? 128 + (signal ? constants.signals[signal] : 0);
      this.finish({
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        exitCode: code,
      });
    });
  }
}

function startProgram({ path, env }: TaskProgram, { overrides }: RunTaskCommandInput, metadataUrl: string) {
  const command = overrides?.containerOverrides?.[0]?.command ?? [];
  return execa(process.execPath, [path, ...command], {
    env: { ...env, ECS_CONTAINER_METADATA_URI_V4: metadataUrl },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
    reject: false,
  });
}
