import { Presets, SingleBar } from 'cli-progress';
import type { PopulateProgress } from './populate-registry.ts';

export interface ProgressDisplay {
  update(progress: PopulateProgress): void;
  stop(): void;
}

const linesInAll = 5;

/** A bar on a terminal, otherwise a line now and then. Without colours: a bar needs none. */
export function showProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? showBar(stream) : showLines(stream);
}

function showBar(stream: NodeJS.WriteStream): ProgressDisplay {
  const format = 'Populating [{bar}] {value}/{total} models, {duration_formatted}';
  const bar = new SingleBar({ stream, format, hideCursor: true }, Presets.legacy);
  let started = false;
  return {
    update({ done, total }) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function showLines(stream: NodeJS.WriteStream): ProgressDisplay {
  return {
    update({ done, total }) {
      if (done % Math.ceil(total / linesInAll) === 0 || done === total) {
        stream.write(`${done} of ${total} models\n`);
      }
    },
    stop() {},
  };
}
