import type { Progress } from '../../contract/run.ts';
import { formatCount } from '../report/format.ts';

const plainIntervalMs = 5_000;

/** What the command line shows while it works: a line that is rewritten on a terminal, sparse lines elsewhere. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  readonly #isQuiet: boolean;
  #lineIsOpen = false;
  #lastPlainMs = performance.now();

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
    const { elapsed_seconds, total_requests, done, failed, in_flight, bytes_per_second } = progress;
    const total = total_requests === null ? '' : ` of ${formatCount(total_requests)}`;
    this.show(
      `load      ${formatCount(done - failed)}${total} done, ${in_flight} in flight, ${failed} failed, ` +
        `${(bytes_per_second / 1_048_576).toFixed(1)} MiB/s, ${elapsed_seconds.toFixed(0)} s`,
    );
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
