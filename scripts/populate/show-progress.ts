import { Terminal } from '../../bench/cli/terminal.ts';
import { describeModels, type PopulateProgress } from './populate-registry.ts';

export interface ProgressDisplay {
  update(progress: PopulateProgress): void;
  /** A line that stays. */
  say(text: string): void;
  stop(): void;
}

const silentMs = 2_000;
const intervalMs = 200;

/** How far it is, once it takes more than two seconds: a line that is rewritten on a terminal, sparse ones elsewhere. */
export function showProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  const terminal = new Terminal(stream);
  const startedMs = performance.now();
  let shownMs = startedMs + silentMs - intervalMs;
  return {
    update(progress) {
      const nowMs = performance.now();
      if (nowMs - shownMs < intervalMs) return;
      shownMs = nowMs;
      const seconds = ((nowMs - startedMs) / 1_000).toFixed(0);
      terminal.show(
        `registry  ${describeModels(progress)}, ${(progress.bytes / 1_048_576).toFixed(1)} MiB, ${seconds} s`,
      );
    },
    say: (text) => terminal.say(text),
    stop: () => terminal.close(),
  };
}
