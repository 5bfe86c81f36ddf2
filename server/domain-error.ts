/** What can go wrong, in the domain's own words. Only http/problem.ts knows what status each code becomes. */
export type ErrorCode =
  | 'invalid_parameter'
  | 'malformed_json'
  | 'invalid_body'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unauthorized'
  | 'other_site'
  | 'foreign_host'
  | 'ambiguous_host'
  | 'expectation_failed'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'model_not_found'
  | 'model_unknown'
  | 'version_taken'
  | 'id_taken'
  | 'digest_mismatch'
  | 'invalid_archive'
  | 'length_required'
  | 'too_many_uploads'
  | 'too_many_downloads'
  | 'too_many_connections'
  | 'precondition_failed'
  | 'range_not_satisfiable'
  | 'run_not_found'
  | 'document_not_found'
  | 'experiment_not_found'
  | 'report_unreadable'
  | 'run_active'
  | 'run_finished'
  | 'not_built'
  | 'stopping'
  | 'stores_unavailable'
  | 'stores_throttled'
  | 'stores_denied'
  | 'stores_missing';

/** One faulty input: which, what was received, what is allowed. */
export interface Fault {
  readonly field: string;
  readonly value?: unknown;
  readonly allowed: string;
}

export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  readonly activeRunId: string | undefined;
  /** For the service's log alone: what happened and what its operator should do, in one line. */
  readonly logLine: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { faults?: readonly Fault[]; activeRunId?: string; logLine?: string } = {},
  ) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.activeRunId = options.activeRunId;
    this.logLine = options.logLine;
  }
}

/** Whether the same may work when it is tried again a little later. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof DomainError && (error.code === 'stores_unavailable' || error.code === 'stores_throttled')
  );
}

/** The log line of an error, or of what caused it. */
export function findLogLine(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error instanceof DomainError ? error.logLine : undefined) ?? findLogLine(error.cause);
}
