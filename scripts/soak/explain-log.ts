import type { FaultKind } from './fault-kinds.ts';
import type { Strikes } from './strikes.ts';

interface Explanation {
  readonly words: RegExp;
  /** Any of these explains it, and so does `isOfCancelled`. */
  readonly by?: readonly FaultKind[];
  /** Of a run that the soak cancelled it may be said whenever the runner hears of it. */
  readonly isOfCancelled?: true;
  /** It may be said at any time, because a busy machine alone has it said. */
  readonly isOfBusyMachine?: true;
  /** How long after the end of a fault it may still be said, where that is longer than usual. */
  readonly settledAfterMs?: number;
}

/** A line of the log and when it came, by `performance.now()`. */
export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

const s3Breaks = ['s3-refuses', 's3-slow-down', 's3-stalls', 's3-closes'] as const;
const dynamodbBreaks = ['dynamodb-away', 'dynamodb-stalls', 'dynamodb-loses'] as const;
/** What has a runner launched once more, or its run ended without it: it hears of that only as long after as a launch may take. */
const endsRuns = { by: ['service-killed', ...dynamodbBreaks], settledAfterMs: 150_000 } as const;

/** What the service and its runners say under faults, and which faults have them say it. */
const explanations: readonly Explanation[] = [
  { words: /^(Run \S+: )?DynamoDB throttled \w+ on table /, by: ['dynamodb-throttles'] },
  { words: /^(Run \S+: )?DynamoDB cannot be reached for \w+ on table /, by: dynamodbBreaks },
  { words: /^(Run \S+: )?DynamoDB gave no answer within /, by: dynamodbBreaks },
  { words: /^(Run \S+: )?S3 throttled \w+ on bucket /, by: ['s3-slow-down'] },
  { words: /^(Run \S+: )?S3 cannot be reached for \w+ on bucket /, by: s3Breaks },
  { words: /^(Run \S+: )?S3 gave no answer within /, by: s3Breaks },
  { words: /^(Run \S+: )?S3 broke off (a document|an artifact in mid body): /, by: s3Breaks },
  { words: /^S3's bytes have the digest /, by: ['s3-flips'] },
  { words: /^performance\S+ could not be sent to its end\. <- S3's bytes have the digest /, by: ['s3-flips'] },
  { words: /^S3 announced \d+ bytes, not \d+, for /, by: ['s3-shortens'] },
  // Where S3 breaks off in mid body of a version that was replaced meanwhile, nothing is left to go on with.
  {
    words: /^performance\S+ could not be sent to its end\. <- performance\S+ was removed while it was read\.$/,
    by: s3Breaks,
  },
  { words: /^Run \S+: DynamoDB was away for \d+ s\.$/, by: dynamodbBreaks },
  // Runners are launched once more where it is not known whether they were, after the time a launch may take.
  { words: /^Run \S+: The run is started and has no free shard\.$/, ...endsRuns },
  { words: /^Run \S+: The run was cancelled( before it began)?\.$/, isOfCancelled: true },
  // A runner that comes, or comes back, after its run was ended without it.
  {
    words:
      /^Run \S+: The run is cancelled(; it was ended (from outside|before its load began)|; others ended it| and has no free shard)\.$/,
    isOfCancelled: true,
  },
  {
    words:
      /^Run \S+: The run is (failed|completed)(; it was ended (from outside|before its load began)|; others ended it| and has no free shard)\.$/,
    ...endsRuns,
  },
  {
    words: /^Run \S+: The run was ended from outside while its report was written\.$/,
    isOfCancelled: true,
    ...endsRuns,
  },
  // Its limits are some seconds, which a machine that does other work as well may take for itself.
  {
    words:
      /^Run \S+ is not calibrated: (The operation was aborted due to timeout|The calibration failed: the null server answered nothing within its time\.)$/,
    isOfBusyMachine: true,
  },
];

/**
 * Lines of the log that no fault explains which struck then, nor a run that the soak itself cancelled, each as its message
 * and those of its causes.
 */
export function findUnexplained(
  lines: readonly LogLine[],
  strikes: Strikes,
  cancelledRuns: ReadonlySet<string>,
): string[] {
  return lines.flatMap(({ atMs, text }) => {
    const told = describeLine(text);
    const isCancelled = cancelledRuns.has(/^Run ([^\s:]+)/.exec(told)?.[1] ?? '');
    const at = { startedMs: atMs, endedMs: atMs };
    const isExplained = explanations.some(
      ({ words, by = [], isOfCancelled, isOfBusyMachine, settledAfterMs }) =>
        words.test(told) &&
        (isOfBusyMachine || (isOfCancelled && isCancelled) || strikes.lasted(by, at, settledAfterMs)),
    );
    return isExplained ? [] : [told];
  });
}

interface LoggedError {
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError | string;
}

/** `message <- message of its cause`, or the whole line where it is none of the service's own. */
function describeLine(line: string): string {
  if (!line.startsWith('{')) return line;
  const { msg, err } = JSON.parse(line) as { msg: string; err?: LoggedError };
  const messages: string[] = [];
  for (let error: LoggedError | string | undefined = err; error !== undefined; ) {
    messages.push(typeof error === 'string' ? error : (error.message ?? ''));
    error = typeof error === 'string' ? undefined : error.cause;
  }
  return messages.length === 0 ? msg : messages.join(' <- ');
}
