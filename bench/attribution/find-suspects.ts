import type { Suspect, SuspectResource, TimePart } from '../../contract/attribution.ts';
import { describeOthers } from './describe-others.ts';
import { describeSuspect, percent } from './describe-suspect.ts';
import type { Evidence, PartTimes } from './evidence.ts';

/** From this share of the mean latency on, a part is worth an accusation. */
const muchShare = 0.2;
/** The parts that are accused have to hold so much together, of the whole or of what is more than alone. */
const enoughShare = 0.5;
/** Of the event loop's thread: computing, or ready and without a core. */
const saturatedShare = 0.85;
/** A thread that waited for a core so many times as long as it had one was starved by others, whatever it did itself. */
const starvedRatio = 2;
/** The loop stood still, which no computing explains. */
const stillShare = 0.3;
/** A connection to S3 that gives so much less under load than alone shares what limits it with the others. */
const contendedRate = 0.6;
/** AWS on S3: "roughly 100-200 milliseconds" to the first byte of small objects. */
const slowFirstByteMs = 250;
/** AWS on DynamoDB: "single-digit millisecond". */
const slowMetadataMs = 25;
/** A store has to say of itself at least so much of what the service says of it. */
const agreement = 0.5;
/** Without contention a request takes under load about what it takes alone. */
const uncontendedRatio = 1.5;
const busyGenerator = 0.9;
/** Of the requests that the service tells one by one. */
const leastJoined = 0.9;

export interface Finding {
  readonly verdict: 'suspect' | 'none' | 'unknown';
  readonly suspects: readonly Suspect[];
  readonly reason: string;
}

/**
 * Names what the data accuse, or says why they do not. What waits for a place (admission, pool) is judged by what the
 * holders of the places do meanwhile: more places help only if these do not share a limit already. Waits of a process
 * whose loop stands still or lacks a core contain that, so the loop is judged first; S3 is accused only where it says
 * the same of itself.
 */
export function findSuspects(evidence: Evidence): Finding {
  const { requests, of, toldShare, loop } = evidence;
  if (requests.length === 0 || requests.length < leastJoined * of * toldShare) {
    return unknown(`only ${requests.length} of ${of} requests could be joined with what the service timed`);
  }
  if (loop === null) return unknown('the service did not tell how its event loop was used');
  if (evidence.meanMs <= 0) return unknown('the requests took no time that a clock could tell');
  const own = accuseProcess(evidence);
  if (own.includes('event_loop') && !isKnownToStandStill(evidence)) {
    return unknown(
      'the event loop was busy without computing, and this system does not tell whether it waited for a core',
    );
  }
  if (own.includes('cpu') && loop.wait !== null && loop.wait > starvedRatio * loop.cpu) {
    return unknown(
      `the service computed for ${percent(loop.cpu)} of the time and waited for a core for ${percent(loop.wait)}: other programs had the cores, so that no wait can be told from waiting for one; ${(evidence.input.isServiceBeside ? describeOthers(evidence.input.generator) : null) ?? 'quiet its machine and repeat'}`,
    );
  }
  const doubts: string[] = [];
  const others = own.length > 0 ? accuseByLookAlone(evidence) : accuseWaits(evidence, doubts);
  const all = [...new Set([...own, ...others])];
  const crowd = describeOthers(evidence.input.generator);
  const accused = crowd === null ? all : all.filter((one) => !isLikeLackOfCores(one, evidence));
  if (crowd !== null && all.length > accused.length) {
    doubts.push(`${nameLookalikes(all, evidence)} may have lacked a core: ${crowd}`);
  }
  const isOwn = own.some((one) => accused.includes(one));
  if (accused.length > 0 && (isOwn || explains(evidence, accused))) {
    return { verdict: 'suspect', suspects: accused.map((one) => describeSuspect(one, evidence)), reason: '' };
  }
  return acquit(evidence, accused, doubts);
}

/** A thread that computes all the time needs no core that others have; one that waits for a core, or on a client, may. */
function isLikeLackOfCores(one: SuspectResource, { loop, input }: Evidence): boolean {
  return one === 'clients' || (one === 'cpu' && input.isServiceBeside && (loop?.cpu ?? 0) < saturatedShare);
}

function nameLookalikes(accused: readonly SuspectResource[], evidence: Evidence): string {
  const isService = accused.some((one) => one === 'cpu' && isLikeLackOfCores(one, evidence));
  const names = [
    ...(isService ? ['the service'] : []),
    ...(accused.includes('clients') ? ['the clients'] : []),
  ];
  return names.join(' and ');
}

function accuseProcess(evidence: Evidence): SuspectResource[] {
  const { loop, mean, meanMs } = evidence;
  if (loop === null) return [];
  // How a process was used while it had requests says nothing of what came after it had let them go.
  const elsewhereMs = mean.connect + mean.client_body + mean.after_server + mean.direct_from_store;
  if (meanMs - elsewhereMs < enoughShare * meanMs) return [];
  if (loop.still >= stillShare) return isOwnReadAlone(evidence) ? [] : ['event_loop'];
  return loop.cpu + (loop.wait ?? 0) >= saturatedShare ? ['cpu'] : [];
}

/** A loop that stands still for the one request that there is keeps no other waiting. */
function isOwnReadAlone({ input, meanMs, aloneMeanMs }: Evidence): boolean {
  return input.delivery === 'blocking' && aloneMeanMs !== null && meanMs <= uncontendedRatio * aloneMeanMs;
}

/** Without the time in which its thread was ready and had no core, only requests that waited for the loop tell. */
function isKnownToStandStill({ loop, mean, meanMs }: Evidence): boolean {
  return loop?.wait !== null || mean.event_loop >= muchShare * meanMs;
}

/** Beside a loop that distorts every wait, only what is slow without any load can be told. */
function accuseByLookAlone({ alone, meanMs }: Evidence): SuspectResource[] {
  if (alone === null) return [];
  const isSlow = (part: TimePart, limitMs: number) =>
    alone[part] >= limitMs && alone[part] >= muchShare * meanMs;
  return [
    ...(isSlow('metadata', slowMetadataMs) ? (['metadata'] as const) : []),
    ...(isSlow('s3_first_byte', slowFirstByteMs) ? (['s3_first_byte'] as const) : []),
  ];
}

function accuseWaits(evidence: Evidence, doubts: string[]): SuspectResource[] {
  const { mean, meanMs } = evidence;
  const isMuch = (...parts: TimePart[]) =>
    parts.reduce((sum, part) => sum + mean[part], 0) >= muchShare * meanMs;
  const accused: SuspectResource[] = [];
  if (isMuch('metadata') && mean.metadata >= slowMetadataMs) accused.push('metadata');
  if (isMuch('admission')) accused.push(...judgeQueue('admission', evidence, doubts));
  if (isMuch('s3_pool')) accused.push(...judgeQueue('s3_pool', evidence, doubts));
  if (isMuch('s3_first_byte') && mean.s3_first_byte >= slowFirstByteMs) {
    accused.push(...judgeFirstByte(evidence, doubts));
  }
  if (isMuchMoreThanAlone('s3_body', evidence) && isContended(evidence) === true) {
    accused.push(...judgeBandwidth(evidence, doubts));
  }
  if (isMuch('client_body', 'after_server')) accused.push(judgeClients(evidence));
  return accused;
}

/** What takes as long alone is not what the load waits for. */
function isMuchMoreThanAlone(part: TimePart, { mean, meanMs, alone }: Evidence): boolean {
  return alone !== null && mean[part] - alone[part] >= muchShare * meanMs;
}

/** What the holders of a queue's places do with them. */
const heldBy: Readonly<Record<'admission' | 's3_pool', readonly TimePart[]>> = {
  admission: ['s3_pool', 's3_first_byte', 's3_body', 'moving', 'client_body'],
  s3_pool: ['s3_first_byte', 's3_body', 'moving', 'client_body'],
};

function judgeQueue(queue: 'admission' | 's3_pool', evidence: Evidence, doubts: string[]): SuspectResource[] {
  const longest = findLongest(evidence.mean, heldBy[queue]);
  switch (longest) {
    case 's3_pool':
      return judgeQueue('s3_pool', evidence, doubts);
    case 's3_body': {
      const contended = isContended(evidence);
      if (contended === true) return judgeBandwidth(evidence, doubts);
      if (contended === false) return [queue];
      doubts.push(
        'whether more places would help is open: the rate of a connection cannot be compared with one alone',
      );
      return [];
    }
    case 's3_first_byte':
      return evidence.mean.s3_first_byte >= slowFirstByteMs
        ? [queue, ...judgeFirstByte(evidence, doubts)]
        : [queue];
    case 'client_body':
      return [queue, judgeClients(evidence)];
    default:
      return [queue];
  }
}

function findLongest(times: PartTimes, parts: readonly TimePart[]): TimePart | undefined {
  return parts.toSorted((one, other) => times[other] - times[one])[0];
}

/**
 * Whether connections to S3 slow each other down; null where that cannot be told. A thread that lacks a core for a share
 * of the time reads slower by as much, whatever S3 does.
 */
function isContended({ s3Rate, s3RateAlone, loop }: Evidence): boolean | null {
  if (s3Rate === null || s3RateAlone === null || loop === null) return null;
  if (s3Rate >= contendedRate * s3RateAlone) return false;
  const readingShare = Math.max(0.1, 1 - (loop.wait ?? 0));
  return s3Rate / readingShare < contendedRate * s3RateAlone ? true : null;
}

function judgeFirstByte({ input, mean }: Evidence, doubts: string[]): SuspectResource[] {
  const store = input.stores.s3;
  if (
    store !== null &&
    store.answers > 0 &&
    store.first_byte_ms / store.answers >= agreement * mean.s3_first_byte
  ) {
    return ['s3_first_byte'];
  }
  doubts.push(`S3's first byte is slow by the service's word alone${describeStore(store)}`);
  return [];
}

function judgeBandwidth({ input }: Evidence, doubts: string[]): SuspectResource[] {
  const store = input.stores.s3;
  if (store !== null && store.body_ms > 0 && store.own_wait_ms >= agreement * store.body_ms) {
    return ['s3_bandwidth'];
  }
  doubts.push(`S3's bodies are slow by the service's word alone${describeStore(store)}`);
  return [];
}

function describeStore(store: object | null): string {
  return store === null ? ', for this store does not time itself' : ': the store itself says otherwise';
}

function judgeClients({ input }: Evidence): SuspectResource {
  return input.generator.cpu_utilization >= busyGenerator ? 'load_generator' : 'clients';
}

/** Which parts an accused resource answers for. */
const answersFor: Readonly<Record<SuspectResource, readonly TimePart[]>> = {
  event_loop: ['before_server', 'event_loop'],
  cpu: ['moving'],
  admission: ['admission'],
  metadata: ['metadata'],
  s3_pool: ['s3_pool', 'admission'],
  s3_first_byte: ['s3_first_byte', 's3_pool', 'admission'],
  s3_bandwidth: ['s3_body', 's3_pool', 'admission'],
  clients: ['client_body', 'after_server'],
  load_generator: ['client_body', 'after_server'],
};

function explains({ mean, meanMs, aloneMeanMs }: Evidence, accused: readonly SuspectResource[]): boolean {
  const parts = new Set(accused.flatMap((one) => answersFor[one]));
  const heldMs = [...parts].reduce((sum, part) => sum + mean[part], 0);
  const moreMs = meanMs - (aloneMeanMs ?? 0);
  return heldMs >= enoughShare * meanMs || (moreMs >= muchShare * meanMs && heldMs >= enoughShare * moreMs);
}

function acquit(evidence: Evidence, accused: readonly SuspectResource[], doubts: readonly string[]): Finding {
  const { aloneMeanMs, meanMs, mean } = evidence;
  if (doubts.length > 0) return unknown(doubts.join('; '));
  if (accused.length > 0)
    return unknown('what could be accused holds less than half of the time, and of what is more than alone');
  if (aloneMeanMs === null) return unknown('no request was sent alone, so waiting cannot be told from work');
  if (meanMs <= uncontendedRatio * aloneMeanMs) {
    return {
      verdict: 'none',
      suspects: [],
      reason:
        'a request takes under this load about what it takes alone: nothing is waited for that others hold',
    };
  }
  const [longest] = Object.entries(mean).toSorted(([, one], [, other]) => other - one);
  return unknown(
    `a request takes longer than alone, most of it in ${longest?.[0].replaceAll('_', ' ')}, and no metric says why`,
  );
}

function unknown(reason: string): Finding {
  return { verdict: 'unknown', suspects: [], reason };
}
