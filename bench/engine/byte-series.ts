import type { ReceivedSeries } from '../../contract/report.ts';

const finestMs = 100;
const mostIntervals = 1_200;

/** Adds bytes up by the interval in which they came; intervals double when a load outlasts their number. */
export class ByteSeries {
  #intervalMs = finestMs;
  #bytes: number[] = [];

  add(atMs: number, bytes: number): void {
    let index = Math.floor(atMs / this.#intervalMs);
    while (index >= mostIntervals) {
      this.#halve();
      index = Math.floor(atMs / this.#intervalMs);
    }
    while (this.#bytes.length <= index) this.#bytes.push(0);
    this.#bytes[index] = (this.#bytes[index] ?? 0) + bytes;
  }

  read(): ReceivedSeries {
    return { interval_ms: this.#intervalMs, bytes: [...this.#bytes] };
  }

  #halve(): void {
    const finer = this.#bytes;
    this.#bytes = Array.from(
      { length: Math.ceil(finer.length / 2) },
      (_, index) => (finer[2 * index] ?? 0) + (finer[2 * index + 1] ?? 0),
    );
    this.#intervalMs *= 2;
  }
}
