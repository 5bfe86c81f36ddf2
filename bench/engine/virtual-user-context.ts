import type { LoadTotals } from './load-totals.ts';
import type { Address } from './open-connection.ts';
import type { ReadTurns } from './read-turns.ts';

/** What all virtual users of a load have in common. */
export interface VirtualUserContext {
  readonly totals: LoadTotals;
  readonly turns: ReadTurns;
  readonly address: Address;
  /** What the request paths are added to. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | null;
  readonly deadlineMs: number;
}
