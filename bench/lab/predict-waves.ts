import type { Stage } from '../../contract/experiment.ts';

type OneConnection = Pick<Stage, 'first_byte_ms' | 'bytes_per_second_per_connection'>;

interface Burst {
  readonly clients: number;
  readonly bytes: number;
}

/**
 * How many times as fast a burst is over `after` connections as over `before`, by the stage's parameters alone: clients
 * are served in waves, each as long as one body takes. Agreement with it validates the mechanism; the size is no finding.
 */
export function predictWaves(
  stage: OneConnection,
  { clients, bytes }: Burst,
  connections: { readonly before: number; readonly after: number },
): { ratio: number; because: string } {
  const waves = (count: number) => Math.ceil(clients / count);
  const [before, after] = [waves(connections.before), waves(connections.after)];
  const waveSeconds = takeSeconds(stage, bytes);
  const count = (number: number) => `${number} ${number === 1 ? 'wave' : 'waves'}`;
  return {
    ratio: before / after,
    because: `${clients} clients over ${connections.before} connections take ${count(before)} of ${waveSeconds.toFixed(1)} s, over ${connections.after} ${count(after)}`,
  };
}

/**
 * How many times the whole bodies a second of clients that are served one after the other until a deadline, of which the
 * rate counts, all have that are served at once.
 */
export function predictOneByOne(
  stage: OneConnection,
  { clients, bytes }: Burst,
  deadlineSeconds: number,
): { ratio: number; because: string } {
  const bodySeconds = takeSeconds(stage, bytes);
  const served = Math.floor(deadlineSeconds / bodySeconds);
  return {
    ratio: clients / bodySeconds / (served / deadlineSeconds),
    because: `one client after the other is served in ${bodySeconds.toFixed(1)} s, ${served} within ${deadlineSeconds} s, and ${clients} at once in ${bodySeconds.toFixed(1)} s`,
  };
}

function takeSeconds({ first_byte_ms, bytes_per_second_per_connection: rate }: OneConnection, bytes: number) {
  return first_byte_ms / 1_000 + (rate === null ? 0 : bytes / rate);
}
