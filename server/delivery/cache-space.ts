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
  /** The same for bytes that nobody shares; they count, as no artifact, until what it returns is called. */
  hold(sizeBytes: number): (() => void) | null;
  /** Calls once, soon after memory has become free or idle: what was refused may be asked for again. */
  callWhenRoom(callback: () => void): void;
  /** A space within this one. What it takes counts in both, and may be evicted for either. */
  narrow(limitBytes: number): CacheSpace;
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
  /** Of the space that it was taken from and of all around that one. */
  readonly ledgers: readonly Ledger[];
  state: 'filling' | 'kept' | 'given up';
  users: number;
}

/** What a space counts. */
interface Ledger {
  readonly limitBytes: number;
  /** The one whose last use began the longest ago comes first. */
  readonly places: Set<HeldPlace>;
  usedBytes: number;
  evictions: number;
}

/** Bounds the memory of all artifacts of this process together. */
export function createCacheSpace(limitBytes: number): CacheSpace {
  return openSpace(limitBytes, [], createBell());
}

function openSpace(limitBytes: number, around: readonly Ledger[], room: Bell): CacheSpace {
  const own: Ledger = { limitBytes, places: new Set(), usedBytes: 0, evictions: 0 };
  const ledgers = [own, ...around];

  function enter(place: HeldPlace): boolean {
    const idle = findIdle(ledgers, place.sizeBytes);
    if (idle === null) return false;
    for (const one of idle) evict(one);
    for (const ledger of ledgers) {
      ledger.places.add(place);
      ledger.usedBytes += place.sizeBytes;
    }
    return true;
  }

  function evict(place: HeldPlace): void {
    free(place);
    for (const ledger of place.ledgers) ledger.evictions += 1;
    place.onEvict();
  }

  function free(place: HeldPlace): void {
    for (const ledger of place.ledgers) {
      if (ledger.places.delete(place)) ledger.usedBytes -= place.sizeBytes;
    }
    room.ring();
  }

  function hand(place: HeldPlace): Place {
    const leave = () => {
      place.users -= 1;
      if (place.users > 0) return;
      if (place.state === 'given up') free(place);
      else room.ring();
    };
    return {
      use(signal) {
        for (const { places } of ledgers) if (places.delete(place)) places.add(place);
        if (signal.aborted) return;
        place.users += 1;
        signal.addEventListener('abort', leave, { once: true });
      },
      keep() {
        if (place.state === 'filling') place.state = 'kept';
        if (place.users === 0) room.ring();
      },
      giveUp() {
        place.state = 'given up';
        if (place.users === 0) free(place);
      },
    };
  }

  return {
    take(sizeBytes, onEvict) {
      const place: HeldPlace = { sizeBytes, onEvict, ledgers, state: 'filling', users: 0 };
      return enter(place) ? hand(place) : null;
    },
    hold(sizeBytes) {
      const place: HeldPlace = { sizeBytes, onEvict() {}, ledgers, state: 'given up', users: 1 };
      return enter(place) ? () => free(place) : null;
    },
    callWhenRoom: room.callOnce,
    narrow: (mostBytes) => openSpace(mostBytes, ledgers, room),
    readUse() {
      const states = [...own.places].map(({ state }) => state);
      return {
        limitBytes,
        usedBytes: own.usedBytes,
        artifacts: states.filter((state) => state === 'kept').length,
        fills: states.filter((state) => state === 'filling').length,
        evictions: own.evictions,
      };
    },
  };
}

/** What has to go so that so many bytes have room in every ledger, each within the next; null when that is impossible. */
function findIdle(ledgers: readonly Ledger[], sizeBytes: number): ReadonlySet<HeldPlace> | null {
  const idle = new Set<HeldPlace>();
  let idleBytes = 0;
  for (const { places, usedBytes, limitBytes } of ledgers) {
    const neededBytes = usedBytes + sizeBytes - limitBytes;
    for (const place of places) {
      if (idleBytes >= neededBytes) break;
      if (place.state !== 'kept' || place.users > 0 || idle.has(place)) continue;
      idle.add(place);
      idleBytes += place.sizeBytes;
    }
    if (idleBytes < neededBytes) return null;
  }
  return idle;
}

interface Bell {
  ring(): void;
  callOnce(callback: () => void): void;
}

/** Calls when the one who rings has ended what he does. */
function createBell(): Bell {
  const callbacks = new Set<() => void>();
  let isRung = false;
  const callAll = () => {
    isRung = false;
    const called = [...callbacks];
    callbacks.clear();
    for (const callback of called) callback();
  };
  return {
    ring() {
      if (isRung || callbacks.size === 0) return;
      isRung = true;
      queueMicrotask(callAll);
    },
    callOnce: (callback) => void callbacks.add(callback),
  };
}
