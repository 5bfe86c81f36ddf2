import type { Stage } from '../../contract/experiment.ts';

interface Burst {
  readonly clients: number;
  readonly bytes: number;
}

/**
 * How many times as fast a burst is over `after` connections as over `before`, by the stage's parameters alone: clients
 * are served in waves, each as long as one body takes. Agreement with it validates the mechanism; the size is no finding.
 */
export function predictWaves(
  stage: Pick<Stage, 'first_byte_ms' | 'bytes_per_second_per_connection'>,
  { clients, bytes }: Burst,
  connections: { readonly before: number; readonly after: number },
): { ratio: number; because: string } {
  const waves = (count: number) => Math.ceil(clients / count);
  const [before, after] = [waves(connections.before), waves(connections.after)];
  const perSecond = stage.bytes_per_second_per_connection;
  const waveSeconds = stage.first_byte_ms / 1_000 + (perSecond === null ? 0 : bytes / perSecond);
  const count = (number: number) => `${number} ${number === 1 ? 'wave' : 'waves'}`;
  return {
    ratio: before / after,
    because: `${clients} clients over ${connections.before} connections take ${count(before)} of ${waveSeconds.toFixed(1)} s, over ${connections.after} ${count(after)}`,
  };
}
