export interface SentEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** Reads server-sent events as they come, until the stream ends or `stop`. */
export function watchEvents(url: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const events: SentEvent[] = [];
  const waiting = new Set<() => void>();
  const ended = read();
  // Who stopped it is not interested in how it ended.
  ended.catch(() => {});

  async function read(): Promise<readonly SentEvent[]> {
    const response = await fetch(url, { headers, signal: controller.signal });
    if (response.status !== 200) throw new Error(`Events answered ${response.status}`);
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) if (/^data:/m.test(block)) events.push(parse(block));
      for (const check of waiting) check();
    }
    return events;
  }

  return {
    ended,
    stop: () => controller.abort(),
    /** The n-th event of the name. */
    async waitFor(name: string, count = 1): Promise<SentEvent> {
      const found = () => events.filter(({ event }) => event === name)[count - 1];
      const come = new Promise<void>((resolve) => {
        const check = () => {
          if (!found()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
      const late = AbortSignal.timeout(15_000);
      await Promise.race([
        come,
        ended,
        new Promise((_, reject) =>
          late.addEventListener('abort', () => reject(new Error(`No "${name}" event came.`))),
        ),
      ]);
      const event = found();
      if (!event) throw new Error(`The events ended without "${name}": ${JSON.stringify(events)}`);
      return event;
    },
  };
}

function parse(block: string): SentEvent {
  const read = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(block)?.[1] ?? null;
  return { event: read('event') ?? 'message', id: read('id'), data: JSON.parse(read('data') ?? 'null') };
}
