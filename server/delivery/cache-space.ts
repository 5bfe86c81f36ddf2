/** Memory that one artifact holds, from before its first byte until nobody uses it any more. */
export interface Place {
  /** Somebody uses it until the signal is aborted. */
  use(signal: AbortSignal): void;
  /** It has all its bytes: from now on it may be evicted while nobody uses it. */
  keep(): void;
  /** Nobody will come any more. Its memory counts until the last one who uses it has left. */
  giveUp(): void;
}

export interface CacheSpace {
  /**
   * Takes memory, where need be from artifacts whose last use began the longest ago. Null, and nobody evicted, when that
   * would not suffice: what is being read and what is in use is never evicted, so that the limit is a hard one.
   */
  take(sizeBytes: number, onEvict: () => void): Place | null;
  readUse(): SpaceUse;
}

export interface SpaceUse {
  readonly limitBytes: number;
  readonly usedBytes: number;
  /** Artifacts that are here as a whole, and those that are being read. */
  readonly artifacts: number;
  readonly fills: number;
  readonly evictions: number;
}

interface HeldPlace {
  readonly sizeBytes: number;
  readonly onEvict: () => void;
  /** In the space around this one. */
  readonly outer: Place | null;
  state: 'filling' | 'kept' | 'given up';
  users: number;
}

/**
 * Bounds the memory of all caches of this process together; or, within such a space, of one of them, whose memory counts
 * in both and may be taken by others there.
 */
export function createCacheSpace(limitBytes: number, within: CacheSpace | null = null): CacheSpace {
  /** The one whose last use began the longest ago comes first. */
  const places = new Set<HeldPlace>();
  let usedBytes = 0;
  let evictions = 0;

  function makeRoom(neededBytes: number): boolean {
    const idle: HeldPlace[] = [];
    let idleBytes = 0;
    for (const place of places) {
      if (idleBytes >= neededBytes) break;
      if (place.state !== 'kept' || place.users > 0) continue;
      idle.push(place);
      idleBytes += place.sizeBytes;
    }
    if (idleBytes < neededBytes) return false;
    for (const place of idle) {
      evict(place);
      place.outer?.giveUp();
    }
    return true;
  }

  function evict(place: HeldPlace): void {
    free(place);
    evictions += 1;
    place.onEvict();
  }

  function free(place: HeldPlace): void {
    if (places.delete(place)) usedBytes -= place.sizeBytes;
  }

  function hand(place: HeldPlace): Place {
    const leave = () => {
      place.users -= 1;
      if (place.state === 'given up' && place.users === 0) free(place);
    };
    return {
      use(signal) {
        if (places.delete(place)) places.add(place);
        place.outer?.use(signal);
        if (signal.aborted) return;
        place.users += 1;
        signal.addEventListener('abort', leave, { once: true });
      },
      keep() {
        if (place.state === 'filling') place.state = 'kept';
        place.outer?.keep();
      },
      giveUp() {
        place.state = 'given up';
        if (place.users === 0) free(place);
        place.outer?.giveUp();
      },
    };
  }

  return {
    take(sizeBytes, onEvict) {
      if (!makeRoom(usedBytes + sizeBytes - limitBytes)) return null;
      const outer = within?.take(sizeBytes, () => evict(place)) ?? null;
      if (within !== null && outer === null) return null;
      const place: HeldPlace = { sizeBytes, onEvict, outer, state: 'filling', users: 0 };
      places.add(place);
      usedBytes += sizeBytes;
      return hand(place);
    },
    readUse() {
      const states = [...places].map(({ state }) => state);
      return {
        limitBytes,
        usedBytes,
        artifacts: states.filter((state) => state === 'kept').length,
        fills: states.filter((state) => state === 'filling').length,
        evictions,
      };
    },
  };
}
