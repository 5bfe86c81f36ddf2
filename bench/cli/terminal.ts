import type { Progress } from '../../contract/run.ts';
import { smallBodyBytes } from '../report/describe-cost.ts';
import { formatCount, formatFigure } from '../report/format.ts';

const plainIntervalMs = 5_000;

/** What the command line shows while it works: a line that is rewritten on a terminal, sparse lines elsewhere. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  readonly #isQuiet: boolean;
  #lineIsOpen = false;
  #lastPlainMs = performance.now();
  #lastProgress: Pick<Progress, 'elapsed_seconds' | 'done'> = { elapsed_seconds: 0, done: 0 };

  constructor(stream: NodeJS.WriteStream, { isQuiet = false } = {}) {
    this.#stream = stream;
    this.#isQuiet = isQuiet;
  }

  /** A line that stays. */
  say(text: string): void {
    if (!this.#isQuiet) this.warn(text);
  }

  /** A line that stays even where nothing but the result is wanted. */
  warn(text: string): void {
    this.#closeLine();
    this.#stream.write(`${text}\n`);
  }

  /** A state that the next one replaces. */
  show(text: string): void {
    if (this.#isQuiet) return;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${text.slice(0, this.#stream.columns - 1)}`);
      this.#lineIsOpen = true;
    } else if (performance.now() - this.#lastPlainMs >= plainIntervalMs) {
      this.#lastPlainMs = performance.now();
      this.#stream.write(`${text}\n`);
    }
  }

  showProgress(progress: Progress): void {
    const { elapsed_seconds, total_requests, done, failed, in_flight, throttled = 0, dropped = 0 } = progress;
    const total = total_requests === null ? '' : ` of ${formatCount(total_requests)}`;
    const parts = [
      `${formatCount(done - failed - throttled)}${total} done`,
      `${formatCount(in_flight)} in flight`,
      `${formatCount(failed)} failed`,
      ...(throttled === 0 ? [] : [`${formatCount(throttled)} throttled`]),
      ...(dropped === 0 ? [] : [`${formatCount(dropped)} dropped`]),
      this.#describeRate(progress),
      `${elapsed_seconds.toFixed(0)} s`,
    ];
    this.#lastProgress = progress;
    this.show(`load      ${parts.join(', ')}`);
  }

  /** Of small bodies, requests say more than bytes. */
  #describeRate({ elapsed_seconds, done, received_bytes, bytes_per_second }: Progress): string {
    if (done === 0 || received_bytes >= smallBodyBytes * done) {
      return `${(bytes_per_second / 1_048_576).toFixed(1)} MiB/s`;
    }
    const seconds = elapsed_seconds - this.#lastProgress.elapsed_seconds;
    const requests = done - this.#lastProgress.done;
    return `${formatFigure(seconds > 0 ? requests / seconds : 0)} requests/s`;
  }

  /** Leaves the terminal clean for whatever is printed next. */
  close(): void {
    this.#closeLine();
  }

  #closeLine(): void {
    if (this.#lineIsOpen) this.#stream.write('\r\x1b[2K');
    this.#lineIsOpen = false;
  }
}
