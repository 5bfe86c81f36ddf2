/**
 * Counts the requests under way from outside of the virtual users that make them, and adds up how long they are: a
 * witness of the ledger's latencies that shares no reading of a clock with it.
 */
export class InFlightGauge {
  #level = 0;
  #changedMs = performance.now();
  #totalMs = 0;

  enter(): void {
    this.#change(1);
  }

  leave(): void {
    this.#change(-1);
  }

  /** The integral of the requests in flight over time. */
  get totalMs(): number {
    return this.#totalMs;
  }

  #change(by: 1 | -1): void {
    const nowMs = performance.now();
    this.#totalMs += this.#level * (nowMs - this.#changedMs);
    this.#changedMs = nowMs;
    this.#level += by;
  }
}
