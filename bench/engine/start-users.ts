import autocannon from 'autocannon';
import { assertInnerClient } from './inner-client.ts';
import { VirtualUser } from './virtual-user.ts';
import type { VirtualUserContext } from './virtual-user-context.ts';

/** Autocannon's own clocks only have to come later than ours; its timers take no longer ones than 24 days. */
const neverSeconds = 1_000_000;

/**
 * Starts one autocannon with as many clients, all parked: they connect when they are told to send.
 * @throws {Error} when autocannon is not the one that the engine knows.
 */
export function startUsers(url: string, count: number, context: VirtualUserContext): Promise<VirtualUser[]> {
  const users: VirtualUser[] = [];
  return new Promise((resolve, reject) => {
    void autocannon(
      {
        url,
        connections: count,
        timeout: neverSeconds,
        duration: neverSeconds,
        sampleInt: 100,
        setupClient(client) {
          assertInnerClient(client);
          client._connect = () => {
            users.push(new VirtualUser(client, users.length, context));
            if (users.length === count) setImmediate(resolve, users);
          };
        },
      },
      (error: unknown) => {
        if (error) reject(error);
      },
    );
  });
}
