import type { PublishStores } from '../../publish-request.ts';

/** Called before each step of a publication, counted from 1; it goes on when the promise resolves. */
export type BeforeStep = (step: string, count: number) => Promise<void>;

export interface SteppedStores {
  readonly stores: PublishStores;
  /** For steps that are no call to a store. */
  readonly step: (name: string) => Promise<void>;
  readonly countSteps: () => number;
}

/** The same stores, with something to be done before each call. */
export function stepStores({ models, artifacts }: PublishStores, before: BeforeStep): SteppedStores {
  let count = 0;
  const step = (name: string) => {
    count += 1;
    return before(name, count);
  };
  const wrap = <Store extends object>(store: Store, prefix: string): Store =>
    Object.fromEntries(
      Object.entries(store).map(([name, member]) => [
        name,
        typeof member !== 'function'
          ? member
          : async (...args: unknown[]) => {
              await step(`${prefix}.${name}`);
              return member(...args);
            },
      ]),
    ) as Store;
  // Renewals come by the clock and would be counted now here, now there.
  const { renew } = models.uploads;
  const uploads = { ...wrap(models.uploads, 'uploads'), renew };
  return {
    stores: { models: { ...wrap(models, 'models'), uploads }, artifacts: wrap(artifacts, 'artifacts') },
    step,
    countSteps: () => count,
  };
}
