import type { Attempt } from '../../contract/ledger.ts';
import { createRandom, generateBurst } from './burst-fixture.ts';

/** Clients that download one after the other for as long as the load lasts, each request about 200 ms. */
export function generateSustained(
  options: { clients?: number; seconds?: number; gapMs?: number } = {},
): Attempt[] {
  const { clients = 10, seconds = 12, gapMs = 1 } = options;
  const random = createRandom(5);
  return generateBurst({ clients }).flatMap((attempt) => {
    const rows: Attempt[] = [];
    for (let startedMs = random(); startedMs < seconds * 1_000; ) {
      const endedMs = startedMs + 150 + 100 * random();
      rows.push({
        ...attempt,
        started_ms: startedMs,
        connected_ms: rows.length === 0 ? startedMs + 3 : null,
        first_byte_ms: startedMs + 20 + 20 * random(),
        ended_ms: endedMs,
      });
      startedMs = endedMs + gapMs;
    }
    return rows;
  });
}

/** An open load of `rate` requests a second with a pause of the server: what was due in it starts and ends late. */
export function generateOpen(options: { rate?: number; seconds?: number; pauseMs?: number } = {}): Attempt[] {
  const { rate = 50, seconds = 10, pauseMs = 2_000 } = options;
  const random = createRandom(6);
  const [attempt] = generateBurst({ clients: 1 });
  if (attempt === undefined) throw new Error('no fixture');
  return Array.from({ length: rate * seconds }, (_, index) => {
    const intendedMs = (index * 1_000) / rate;
    const isPaused = intendedMs >= 4_000 && intendedMs < 4_000 + pauseMs;
    const startedMs = isPaused ? 4_000 + pauseMs + random() : intendedMs + random();
    return {
      ...attempt,
      client: index % 40,
      intended_ms: intendedMs,
      started_ms: startedMs,
      connected_ms: null,
      first_byte_ms: startedMs + 5,
      ended_ms: startedMs + 20 + 5 * random(),
    };
  });
}
