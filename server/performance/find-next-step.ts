import {
  findLeaseMs,
  type LostShard,
  type RunRecord,
  type ShardRecord,
  storesLostMs,
  suspicionMs,
} from '../../contract/run.ts';
import type { RunnerState } from '../launcher.ts';
import { mergeMarginMs } from './hard-deadline.ts';
import { listAbsentShards } from './shares.ts';

/** What an active run needs next, whoever looks at it. */
export type NextStep =
  | { readonly kind: 'wait' | 'cancel' }
  | { readonly kind: 'fail'; readonly reason: string }
  /** Begin the load, without those that are absent. */
  | { readonly kind: 'release'; readonly absent: readonly LostShard[] }
  /** Merge the parts, without those that are missing. */
  | { readonly kind: 'merge'; readonly missing: readonly LostShard[] };

export interface Sight {
  readonly shards: readonly ShardRecord[];
  readonly runners: readonly RunnerState[];
  readonly launchTimeoutSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Who looks: a shard that has written its part and waits, or anyone else. */
  readonly self: number | 'service';
}

/** With how long a runner of this run may be silent. */
interface Look extends Sight {
  readonly leaseMs: number;
}

const wait = { kind: 'wait' } as const;

/** Decides by what is written alone, so that everyone who looks at the same moment decides alike. */
export function findNextStep(run: RunRecord, seen: Sight): NextStep {
  const sight: Look = { ...seen, leaseMs: findLeaseMs(run.shards) };
  const { shards, now } = sight;
  const hasLiveRunner = shards.some(
    (shard) => isBeating(shard, now) && findState(shard, sight)?.stopped !== true,
  );
  if (run.cancel_requested) return hasLiveRunner ? wait : { kind: 'cancel' };
  const step = run.status === 'started' ? stepBeforeLoad(run, sight) : stepAfterStart(run, sight);
  const marginMs = run.shards === 1 ? 0 : mergeMarginMs;
  if (step.kind !== 'wait' || now <= Date.parse(run.hard_deadline) + marginMs) return step;
  return {
    kind: 'fail',
    reason: `The run was still active at its hard deadline, ${run.hard_deadline}; it was ended from outside.`,
  };
}

/** Everyone has to be ready; who cannot be any more fails the run, unless the workload lets others go on. */
function stepBeforeLoad(run: RunRecord, sight: Look): NextStep {
  const ready = sight.shards.filter((shard) => shard.state === 'ready' && !isLost(shard, sight));
  if (ready.length === run.shards) return { kind: 'release', absent: [] };
  const isLate = sight.now > Date.parse(run.started_at) + sight.launchTimeoutSeconds * 1_000;
  const gone = sight.shards.filter((shard) => isLost(shard, sight));
  const goneCount = gone.length + countNeverComing(run, sight);
  const mayGoOn = run.workload.allow_fewer === true;
  if (mayGoOn && ready.length > 0 && (isLate || ready.length + goneCount >= run.shards)) {
    return { kind: 'release', absent: describeOthers(run, ready, sight) };
  }
  const isHopeless = goneCount > 0 && (!mayGoOn || goneCount >= run.shards);
  if (!isLate && !isHopeless) return wait;
  return { kind: 'fail', reason: describeMissedBarrier(run, ready, sight, isLate) };
}

/** Once all that loaded are done or lost, the parts that there are make the report. */
function stepAfterStart(run: RunRecord, sight: Look): NextStep {
  const absent = new Set(run.absent_shards.map(({ shard }) => shard));
  const missing = new Set(run.missing_shards.map(({ shard }) => shard));
  const present = sight.shards.filter(({ shard }) => !absent.has(shard));
  const done = present.filter(({ state }) => state === 'done');
  const isOverdue = run.shards > 1 && sight.now > Date.parse(run.hard_deadline) + sight.leaseMs;
  const isOut = (shard: ShardRecord) => isOverdue || missing.has(shard.shard) || isLost(shard, sight);
  const lost = present.filter((shard) => shard.state !== 'done' && isOut(shard));
  const isAlone = run.shards === 1;
  const [first] = lost;
  if (done.length === 0 && first && (isAlone || lost.length === present.length)) {
    return { kind: 'fail', reason: isAlone ? describeLoss(first, sight) : describeLosses(lost, sight) };
  }
  if (done.length === 0 || done.length + lost.length < present.length) return wait;
  const merger = done.find(({ shard }) => shard === run.merged_by);
  const isMerging = merger !== undefined && !isLost(merger, sight);
  const next = done.find((shard) => !isLost(shard, sight))?.shard ?? 'service';
  if (isMerging || next !== sight.self) return wait;
  return {
    kind: 'merge',
    missing:
      run.load_finished_at === null
        ? lost.map((shard, at) => ({ shard: shard.shard, reason: describeInTurn(at, shard, sight) }))
        : run.missing_shards,
  };
}

function isBeating(shard: ShardRecord, now: number): boolean {
  return now < Date.parse(shard.lease_expires_at);
}

/** A runner without its stores gives up after `storesLostMs`, so that longer silence needs no second look. */
function isLost(shard: ShardRecord, sight: Look): boolean {
  if (shard.state === 'failed' || findState(shard, sight)?.stopped === true) return true;
  const lastHeartbeat = Date.parse(shard.lease_expires_at) - sight.leaseMs;
  const suspected = shard.suspected_at !== null && sight.now - Date.parse(shard.suspected_at) >= suspicionMs;
  return suspected || sight.now - lastHeartbeat > Math.max(storesLostMs, sight.leaseMs + suspicionMs);
}

function findState({ runner }: ShardRecord, { runners }: Look): RunnerState | undefined {
  return runners.find((state) => state.runner !== '' && state.runner === runner);
}

/** Runners that took no shard. */
function listNeverCame({ shards, runners }: Look): RunnerState[] {
  const claimed = new Set(shards.map(({ runner }) => runner));
  return runners.filter(({ runner }) => runner === '' || !claimed.has(runner));
}

/** Shards that nobody is left to take: a runner that found none left, being one too many, leaves none behind. */
function countNeverComing(run: RunRecord, sight: Look): number {
  const neverCame = listNeverCame(sight);
  const stopped = neverCame.filter((state) => state.stopped).length;
  const open = run.shards - sight.shards.length - (neverCame.length - stopped);
  return Math.min(stopped, Math.max(0, open));
}

function describeMissedBarrier(
  run: RunRecord,
  ready: readonly ShardRecord[],
  sight: Look,
  isLate: boolean,
): string {
  const [first] = sight.shards.filter((shard) => isLost(shard, sight));
  const [unseen] = listNeverCame(sight).filter(({ stopped }) => stopped);
  if (run.shards === 1 && first) return describeLoss(first, sight);
  if (run.shards === 1 && unseen) return `The runner ${unseen.said}.`;
  const others = describeOthers(run, ready, sight).map(({ shard, reason }) => `Shard ${shard}: ${reason}.`);
  const within = isLate
    ? ` within LAUNCH_TIMEOUT_SECONDS (${sight.launchTimeoutSeconds} s); look for the runner's message in the service's log`
    : ', and the others cannot be any more';
  const told = run.shards === 1 && sight.shards.length + sight.runners.length === 0 ? [] : shorten(others);
  const isAnyUp = listNeverCame(sight).some(({ stopped }) => !stopped);
  return [
    `${ready.length} of ${run.shards} runners were ready${within}.`,
    ...told,
    ...(isLate && isAnyUp ? [adviceForSlow] : []),
  ].join(' ');
}

const adviceForSlow =
  'A runner that is up and takes no shard still starts, or does not reach the stores: quiet its machine, or give it more time by LAUNCH_TIMEOUT_SECONDS.';

/** All shards but the ready ones; runners without a shard stand for the unclaimed ones, in any order. */
function describeOthers(run: RunRecord, ready: readonly ShardRecord[], sight: Look): LostShard[] {
  const isReady = new Set(ready.map(({ shard }) => shard));
  const records = new Map(sight.shards.map((shard) => [shard.shard, shard]));
  const unseen = listNeverCame(sight).toSorted((one, other) => Number(other.stopped) - Number(one.stopped));
  return listAbsentShards(run.shards, isReady).map((shard, at) => {
    const record = records.get(shard);
    return { shard, reason: record ? describeInTurn(at, record, sight) : describeUnseen(at, unseen.shift()) };
  });
}

function describeUnseen(at: number, state: RunnerState | undefined): string {
  if (at >= mostTold) return 'never came';
  if (!state) return 'never came, and nothing is known of its runner';
  return state.stopped
    ? `never came; its runner ${state.said}`
    : `its runner ${state.said} and has not taken it`;
}

/** Of the one runner that a run has. */
function describeLoss(shard: ShardRecord, sight: Look): string {
  const state = findState(shard, sight);
  if (state?.stopped) return `The runner ${state.said}.`;
  if (shard.state === 'failed') return `The runner of shard ${shard.shard} was lost ${shard.said}.`;
  return `The runner of shard ${shard.shard} was lost in state "${shard.state}": no heartbeat for ${countSilentSeconds(shard, sight)} s. It was killed, or lost its stores; look for its message in the log, then trigger again.`;
}

function describeLosses(lost: readonly ShardRecord[], sight: Look): string {
  const told = lost.map((shard) => `Shard ${shard.shard}: ${describeShard(shard, sight)}.`);
  return [
    `All ${lost.length} runners were lost before one had written what it measured.`,
    ...shorten(told),
  ].join(' ');
}

/** The first few in full: the item of a run has to hold what is told of a thousand shards. */
function describeInTurn(at: number, shard: ShardRecord, sight: Look): string {
  if (at < mostTold) return describeShard(shard, sight);
  return shard.state === 'failed' ? 'it gave up' : `in state "${shard.state}"`;
}

/** `in state "loading", last said "…"; no heartbeat for 12 s; its runner was killed by SIGKILL` */
function describeShard(shard: ShardRecord, sight: Look): string {
  if (shard.state === 'failed') return shard.said;
  const state = findState(shard, sight);
  const silent = countSilentSeconds(shard, sight);
  return [
    `in state "${shard.state}", last said "${shard.said}"`,
    ...(silent > sight.leaseMs / 1_000 ? [`no heartbeat for ${silent} s`] : []),
    ...(state ? [`its runner ${state.said}`] : []),
  ].join('; ');
}

function countSilentSeconds(shard: ShardRecord, { now, leaseMs }: Look): number {
  return Math.round((now - Date.parse(shard.lease_expires_at) + leaseMs) / 1_000);
}

/** A reason is to be read, and has to fit its item. */
const mostTold = 8;

function shorten(told: readonly string[]): string[] {
  if (told.length <= mostTold) return [...told];
  return [...told.slice(0, mostTold), `And ${told.length - mostTold} more.`];
}
