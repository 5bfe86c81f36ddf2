/** How a runner that stops early leaves its run: ended as cancelled, ended as failed, to others, or as others completed it. */
export type Leaving = 'cancelled' | 'failed' | 'to_others' | 'completed';

/** The reason of a runner's abort signal. */
export class RunStopped extends Error {
  readonly leaving: Leaving;

  constructor(leaving: Leaving, message: string) {
    super(message);
    this.name = 'RunStopped';
    this.leaving = leaving;
  }
}
