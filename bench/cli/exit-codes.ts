/** Exit codes of the command line: k6's where it has one, our own from 110 on. Documented in the README. */
export const exitCodes = {
  ok: 0,
  runFailed: 1,
  thresholdsCrossed: 99,
  usage: 104,
  interrupted: 105,
  scriptError: 107,
  stoppedByThreshold: 108,
  runInvalid: 110,
  regression: 111,
} as const;

/** A wrong command line, flag or workload: the message is for the person who typed it. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** The command could not do its work; the message says what to do next. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** A scenario's own code threw; the message says where. */
export class ScriptError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ScriptError';
  }
}
