/**
 * Shares reads of what changes: a call gets what a read found that began no earlier than the call, so that nobody sees
 * what was outdated when he asked. All that come while a read of the same key is under way wait for the next one, and
 * fail with the one under way when it fails: a store that does not answer is not waited for twice. A hundred calls at
 * once are two reads.
 */
export function shareReads<Result>(read: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  /** By key, the read that waits for the one under way; null where nobody does. */
  const underWay = new Map<string, { next: PromiseWithResolvers<Result> | null }>();

  function begin(key: string): Promise<Result> {
    const line: { next: PromiseWithResolvers<Result> | null } = { next: null };
    underWay.set(key, line);
    const reading = read(key);
    reading.then(
      () => {
        if (line.next === null) underWay.delete(key);
        else line.next.resolve(begin(key));
      },
      (error: unknown) => {
        underWay.delete(key);
        line.next?.reject(error);
      },
    );
    return reading;
  }

  return (key) => {
    const line = underWay.get(key);
    if (line === undefined) return begin(key);
    line.next ??= Promise.withResolvers<Result>();
    return line.next.promise;
  };
}
