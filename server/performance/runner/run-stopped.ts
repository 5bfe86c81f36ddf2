/** How a runner that stops early leaves its run: ended as cancelled, ended as failed, or to others. */
export type Leaving = 'cancelled' | 'failed' | 'to_others';

/** The reason of a runner's abort signal. */
export class RunStopped extends Error {
  readonly leaving: Leaving;

  constructor(leaving: Leaving, message: string) {
    super(message);
    this.name = 'RunStopped';
    this.leaving = leaving;
  }
}
