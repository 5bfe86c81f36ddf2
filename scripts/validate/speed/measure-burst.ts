import type { BareOrder, BareResult } from '../processes/bare-client.ts';
import { startChild } from '../start-child.ts';
import { bodyBytes } from './stage.ts';

export interface Burst {
  readonly seconds: number;
  readonly bytesPerSecond: number;
  /** How many times as long as the first client the last one took to have its bytes. */
  readonly spread: number;
  /** Of one core, that the client took. */
  readonly clientBusy: number;
}

/** So many clients at once, each with a connection of its own, that download so many bodies each. */
export async function measureBurst(url: string, clients = 100, bodies = 1): Promise<Burst> {
  const client = await startChild('bare-client', null);
  try {
    return await askForBurst(client, url, clients, bodies);
  } finally {
    await client.stop();
  }
}

/** The same of a client that is there already, so that one burst follows the other at once. */
export async function askForBurst(
  client: { ask(question: unknown): Promise<unknown> },
  url: string,
  clients: number,
  bodies: number,
): Promise<Burst> {
  const { port, pathname, search } = new URL(url);
  const order: BareOrder = {
    port: Number(port),
    path: pathname + search,
    connections: clients,
    bodies,
    bodyBytes,
  };
  const result = (await client.ask(order)) as BareResult;
  const whole = clients * bodies * bodyBytes;
  if (result.bodyBytes !== whole) {
    throw new Error(`The clients have ${result.bodyBytes} bytes; expected: ${whole}.`);
  }
  return {
    seconds: result.seconds,
    bytesPerSecond: whole / result.seconds,
    spread: result.lastSeconds / result.firstSeconds,
    clientBusy: result.cpuSeconds / result.seconds,
  };
}
