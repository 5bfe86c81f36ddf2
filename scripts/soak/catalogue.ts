import type { Content } from './content.ts';

/** One attempt to publish content as a version. Times are those of `performance.now()`. */
export interface Publication {
  readonly id: string;
  readonly version: string;
  readonly content: Content;
  readonly startedMs: number;
  /** Null until its publisher knows, or has given up. */
  endedMs: number | null;
  /** `unknown`: no answer came, or one that leaves open whether it took effect. */
  outcome: 'pending' | 'acknowledged' | 'unknown' | 'refused';
}

/** When a question was asked and its answer had come. */
export interface Interval {
  readonly startedMs: number;
  readonly endedMs: number;
}

export interface Allowed {
  /** What may be served. */
  readonly publications: readonly Publication[];
  /** Whether the version may be missing. */
  readonly orNothing: boolean;
}

/** A service goes on with an upload whose client has left; after this long at most it has ended. */
const unsettledMs = 240_000;

/** What was published when, and so what may be served when. */
export class Catalogue {
  readonly #publications = new Map<string, Publication[]>();

  begin(id: string, version: string, content: Content, startedMs = performance.now()): Publication {
    const publication: Publication = { id, version, content, startedMs, endedMs: null, outcome: 'pending' };
    const key = `${id}@${version}`;
    this.#publications.set(key, [...(this.#publications.get(key) ?? []), publication]);
    return publication;
  }

  end(
    publication: Publication,
    outcome: Exclude<Publication['outcome'], 'pending'>,
    endedMs = performance.now(),
  ) {
    publication.outcome = outcome;
    publication.endedMs = endedMs;
  }

  /**
   * Of two publications the later one counts if the one before had ended when it began; of those at the same time
   * either. One without an answer may take effect, and until `unsettledMs` later at any time.
   */
  findAllowed(id: string, version: string, { startedMs, endedMs }: Interval): Allowed {
    const all = this.#publications.get(`${id}@${version}`) ?? [];
    const sure = all.filter((one) => one.outcome === 'acknowledged' && (one.endedMs ?? 0) <= startedMs);
    const lastBegunMs = Math.max(...sure.map((one) => one.startedMs));
    return {
      publications: all.filter(
        (one) => one.outcome !== 'refused' && one.startedMs <= endedMs && findSettledMs(one) > lastBegunMs,
      ),
      orNothing: sure.length === 0,
    };
  }

  /** What was, or may have been, published under this digest; undefined where nothing was. */
  findContent(id: string, version: string, digest: string): Content | undefined {
    const all = this.#publications.get(`${id}@${version}`) ?? [];
    return all.find(({ content }) => content.digest === digest)?.content;
  }

  listVersions(): readonly { readonly id: string; readonly version: string }[] {
    return [...this.#publications.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
  }

  count(outcome: Publication['outcome']): number {
    return [...this.#publications.values()].flat().filter((one) => one.outcome === outcome).length;
  }
}

function findSettledMs({ outcome, endedMs }: Publication): number {
  if (endedMs === null) return Number.POSITIVE_INFINITY;
  return outcome === 'unknown' ? endedMs + unsettledMs : endedMs;
}
