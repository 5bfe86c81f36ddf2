import { Terminal } from '../../bench/cli/terminal.ts';
import { paceProgress } from '../pace-progress.ts';
import { describeModels, type PopulateProgress } from './populate-registry.ts';

export interface ProgressDisplay {
  update(progress: PopulateProgress): void;
  /** A line that stays. */
  say(text: string): void;
  stop(): void;
}

const intervalMs = 200;

/** How far it is, once it takes more than two seconds: a line that is rewritten on a terminal, sparse ones elsewhere. */
export function showProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  const terminal = new Terminal(stream);
  const isTime = paceProgress(intervalMs);
  return {
    update(progress) {
      const seconds = isTime();
      if (seconds === null) return;
      const mebibytes = (progress.bytes / 1_048_576).toFixed(1);
      terminal.show(`registry  ${describeModels(progress)}, ${mebibytes} MiB, ${seconds.toFixed(0)} s`);
    },
    say: (text) => terminal.say(text),
    stop: () => terminal.close(),
  };
}
