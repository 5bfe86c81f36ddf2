import { type DestinationStream, destination, pino } from 'pino';
import type { LogLevel } from '../contract/environment.ts';

/** The service's log, a JSON document a line. */
export interface ServiceLog {
  /** A line that says what to do about it, or an error as it is. */
  error(entry: unknown): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
}

interface Options {
  readonly level: LogLevel;
  /** Never written, whatever they stand in. */
  readonly secrets: readonly (string | undefined | null)[];
  /** Standard error when absent, each line written at once: what was said before a crash is there. */
  readonly output?: DestinationStream;
}

/** Credentials by their form: presigned addresses, authorization headers, access keys of AWS. */
const forms: readonly [RegExp, string][] = [
  [/(X-Amz-(?:Signature|Credential|Security-Token)=)[^&"\\\s]+/gi, '$1[redacted]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\b(Signature|Credential)=[\w/.+=-]{8,}/g, '$1=[redacted]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[redacted]'],
];
const shortestSecret = 8;
const mostWaitingBytes = 1024 * 1024;

export function createServiceLog({ level, secrets, output = openStandardError() }: Options): ServiceLog {
  const known = secrets.filter((secret) => secret != null && secret.length >= shortestSecret) as string[];
  const log = pino(
    {
      level,
      base: null,
      serializers: { err: describeError },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => redact(line, known) },
    },
    output,
  );
  return {
    error(entry) {
      if (typeof entry === 'string') log.error(entry);
      else if (entry instanceof Error) log.error({ err: entry }, entry.message);
      else log.error({ thrown: String(entry) }, 'Something that is no error was thrown.');
    },
    info: (fields, message) => log.info(fields, message),
  };
}

/** Where it takes no more, as on a full disk, what waits is written with the next line that can be, beyond a limit no more. */
function openStandardError(): DestinationStream {
  const output = destination({ dest: 2, sync: true, maxLength: mostWaitingBytes });
  output.on('error', () => {});
  return output;
}

/** Names, words and where; not the fields that SDKs hang on errors, which hold whole requests with their headers. */
function describeError(error: Error): Record<string, unknown> {
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined
      ? {}
      : { cause: error.cause instanceof Error ? describeError(error.cause) : String(error.cause) }),
  };
}

function redact(line: string, secrets: readonly string[]): string {
  let redacted = line;
  for (const secret of secrets)
    redacted = redacted.replaceAll(JSON.stringify(secret).slice(1, -1), '[redacted]');
  for (const [form, replacement] of forms) redacted = redacted.replace(form, replacement);
  return redacted;
}
