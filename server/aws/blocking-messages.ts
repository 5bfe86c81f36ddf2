import type { MessagePort } from 'node:worker_threads';
import type { PhaseTimes } from '../../contract/telemetry.ts';
import { DomainError, type ErrorCode, findLogLine } from '../domain-error.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ByteRange } from '../registry/stores.ts';

/** What the worker of a blocking reader is started with. */
export interface BlockingWorkerData {
  readonly port: MessagePort;
  /** One number: see `workerStates`. */
  readonly state: Int32Array;
  readonly bucket: string;
  readonly s3MaxSockets: number;
}

/** Only from `idle` may a question be put; an answer lies in the port when the state is `idle` again. */
export const workerStates = { idle: 0, asked: 1, ended: 2 } as const;

export interface BlockingQuestion {
  readonly record: ModelRecord;
  readonly range: ByteRange | null;
}

export type BlockingAnswer =
  | { readonly kind: 'bytes'; readonly bytes: ArrayBuffer; readonly phases: PhaseTimes }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: PackedError };

/** An error that may cross threads: classes and the SDK's own fields cannot. */
export interface PackedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly logLine: string | undefined;
  readonly cause: string | null;
}

export function packError(error: unknown): PackedError {
  return {
    code: error instanceof DomainError ? error.code : null,
    message: error instanceof Error ? error.message : String(error),
    logLine: findLogLine(error),
    cause: error instanceof Error && error.cause !== undefined ? String(error.cause) : null,
  };
}

export function unpackError({ code, message, logLine, cause }: PackedError): Error {
  const options = cause === null ? {} : { cause: new Error(cause) };
  if (code === null) return new Error(message, options);
  return new DomainError(code, message, { ...options, ...(logLine === undefined ? {} : { logLine }) });
}
