import { formatCount, formatCountOf, formatMiB } from '../../bench/report/format.ts';
import { isTerminal, type RunStatus } from '../../contract/run.ts';
import type { FindingKind } from './check-answer.ts';
import type { FaultKind } from './fault-kinds.ts';
import { fitSlope } from './fit-slope.ts';
import type { IdleLevel } from './idle-level.ts';
import type { MemorySample } from './soaked-service.ts';
import type { AnswerCounts, FindingCount } from './tally.ts';

/** All that was seen of a soak. */
export interface SoakRecord {
  readonly answers: AnswerCounts;
  readonly findings: Readonly<Record<FindingKind, FindingCount>>;
  /** Publications by what became of them, and versions that were read again after the faults. */
  readonly publications: {
    readonly acknowledged: number;
    readonly unknown: number;
    readonly refused: number;
    readonly readAgain: number;
  };
  /** Keys of artifacts to which no record leads, after the leases of their publishers. */
  readonly leftOver: readonly string[];
  /** Each run that there is a record of, after the faults; null where it is not known. */
  readonly runs: readonly { readonly id: string; readonly status: RunStatus | null }[];
  /** What became of one that was triggered after all others had ended; null where it was refused. */
  readonly lastRun: RunStatus | null;
  /** Of the last life of the service. */
  readonly memory: readonly MemorySample[];
  readonly idle: { readonly before: IdleLevel; readonly after: IdleLevel };
  readonly unexplainedLines: readonly string[];
  readonly logLines: number;
  /** How often each fault struck. */
  readonly strikes: ReadonlyMap<FaultKind, number>;
}

export interface Check {
  readonly name: string;
  /** Null where it is told and not judged. */
  readonly holds: boolean | null;
  /** What was found, a clause. */
  readonly found: string;
  readonly details: readonly string[];
}

/** Descriptors that may be open beyond the idle level of before: connections that are kept for the next call. */
const mostMoreDescriptors = 8;
/** Caches and the heap grow to their size at first; this time of a life, at most half of it, is not looked at. */
const warmUpMs = 120_000;
/** In a shorter time than this, noise hides any slope. */
const leastJudgedMs = 480_000;
const mebibyte = 1_048_576;
const mostTold = 5;

/** Holds a soak against everything that has to be true of it. */
export function judgeSoak(record: SoakRecord): Check[] {
  return [
    judgeBytes(record),
    judgeAnswers(record),
    judgePublications(record),
    judgeLeftOver(record),
    judgeRuns(record),
    judgeLock(record),
    judgeMemory(record),
    judgeIdle(record),
    judgeLog(record),
    judgeFaults(record),
  ];
}

function judgeBytes({ answers, findings }: SoakRecord): Check {
  const { whole, parts, resumed, resumedFlipped, cut, left } = answers;
  const { count, told } = findings['wrong bytes'];
  const bodies = whole === 1 ? '1 whole body' : `${formatCount(whole)} whole bodies`;
  return {
    name: 'no wrong byte',
    // Without a body nothing was held against anything.
    holds: count === 0 && whole > 0 && parts > 0,
    found: `${formatCount(count)} wrong of ${bodies}, ${formatCountOf(parts, 'part')} and ${formatCount(resumed)} resumed (${formatCount(resumedFlipped)} with a byte that S3 flipped before a cut); ${formatCount(cut)} were cut, ${formatCount(left)} left`,
    details: told,
  };
}

function judgeAnswers({ answers, findings }: SoakRecord): Check {
  const { count, told } = findings.unexpected;
  const { notModified, refused, later, failed, unanswered } = answers;
  return {
    name: 'no answer without a reason',
    holds: count === 0,
    found: `${formatCount(count)} unexpected; ${formatCount(notModified)} not modified, ${formatCount(refused)} refused, ${formatCount(later)} asked to come later, ${formatCount(failed)} failed, ${formatCount(unanswered)} never came`,
    details: told,
  };
}

function judgePublications({ findings, publications }: SoakRecord): Check {
  const { lost, outdated } = findings;
  const { acknowledged, unknown, refused, readAgain } = publications;
  return {
    name: 'no acknowledged publication lost',
    holds: lost.count + outdated.count === 0 && acknowledged > 0 && readAgain > 0,
    found: `${formatCount(lost.count)} lost, ${formatCount(outdated.count)} outdated of ${formatCount(acknowledged)} acknowledged (${formatCount(unknown)} without an answer, ${formatCount(refused)} refused); ${formatCountOf(readAgain, 'version')} read again`,
    details: [...lost.told, ...outdated.told],
  };
}

function judgeLeftOver({ leftOver }: SoakRecord): Check {
  return {
    name: 'nothing left of dead publishers',
    holds: leftOver.length === 0,
    found: `${formatCountOf(leftOver.length, 'artifact')} without a record`,
    details: leftOver.slice(0, mostTold),
  };
}

function judgeRuns({ runs }: SoakRecord): Check {
  const open = runs.filter(({ status }) => status === null || !isTerminal(status));
  const count = (wanted: RunStatus) => runs.filter(({ status }) => status === wanted).length;
  return {
    name: 'every run has ended',
    holds: open.length === 0 && runs.length > 0,
    found: `${formatCount(open.length)} of ${formatCountOf(runs.length, 'run')} open; ${count('completed')} completed, ${count('failed')} failed, ${count('cancelled')} cancelled`,
    details: open.slice(0, mostTold).map(({ id, status }) => `${id} is ${status ?? 'unknown'}`),
  };
}

function judgeLock({ lastRun }: SoakRecord): Check {
  return {
    name: 'the place of a run is free',
    holds: lastRun === 'completed',
    found: lastRun === null ? 'the last trigger was refused' : `the last run is ${lastRun}`,
    details: [],
  };
}

/** A slope that noise does not explain is a leak. */
function judgeMemory({ memory }: SoakRecord): Check {
  const name = 'memory does not grow';
  const endMs = memory.at(-1)?.[0] ?? 0;
  const afterMs = Math.min(warmUpMs, endMs / 2);
  const seen = memory.filter(([atMs]) => atMs >= afterMs);
  const slope = fitSlope(seen.map(([atMs, bytes]) => [atMs / 1_000, bytes]));
  if (slope === null) return { name, holds: null, found: 'too few readings', details: [] };
  const isJudged = endMs - afterMs >= leastJudgedMs;
  const hourly = (perSecond: number) => ((perSecond * 3_600) / mebibyte).toFixed(1);
  const most = Math.max(...seen.map(([, bytes]) => bytes));
  return {
    name,
    holds: isJudged ? slope.low <= 0 : null,
    found: `${hourly(slope.perSecond)} MiB/h (99 %: ${hourly(slope.low)} to ${hourly(slope.high)}) over ${((endMs - afterMs) / 60_000).toFixed(1)} min, at most ${formatMiB(most)}${isJudged ? '' : '; too short to judge'}`,
    details: [],
  };
}

function judgeIdle({ idle: { before, after } }: SoakRecord): Check {
  const more = after.descriptors === null ? 0 : after.descriptors - (before.descriptors ?? 0);
  const held = after.s3Connections + after.fills + after.s3Sockets;
  const descriptors =
    after.descriptors === null
      ? 'descriptors not told here'
      : `${before.descriptors} descriptors before, ${after.descriptors} after`;
  return {
    name: 'all is given back',
    holds: more <= mostMoreDescriptors && held === 0,
    found: `${descriptors}; S3: ${after.s3Connections} connections in use, ${after.fills} reads, ${after.s3Sockets} sockets`,
    details: [],
  };
}

function judgeLog({ unexplainedLines, logLines }: SoakRecord): Check {
  return {
    name: 'every line of the log has a reason',
    holds: unexplainedLines.length === 0,
    found: `${formatCount(unexplainedLines.length)} of ${formatCountOf(logLines, 'line')} that no fault explains`,
    details: [...new Set(unexplainedLines)].slice(0, mostTold).map((line) => line.slice(0, 400)),
  };
}

/** A soak in which nothing went wrong shows nothing. */
function judgeFaults({ strikes }: SoakRecord): Check {
  const sum = [...strikes.values()].reduce((total, count) => total + count, 0);
  return {
    name: 'faults struck',
    holds: strikes.size > 0,
    found: `${formatCount(sum)} strikes of ${formatCountOf(strikes.size, 'kind')}`,
    details: [],
  };
}
