/** What can go wrong, in the domain's own words. Only http/problem.ts knows what status each code becomes. */
export type ErrorCode =
  | 'invalid_parameter'
  | 'malformed_json'
  | 'invalid_body'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unauthorized'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'model_not_found'
  | 'model_unknown'
  | 'version_taken'
  | 'id_taken'
  | 'precondition_failed'
  | 'range_not_satisfiable'
  | 'run_not_found'
  | 'document_not_found'
  | 'run_active'
  | 'run_finished'
  | 'not_built'
  | 'stores_unavailable';

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

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { faults?: readonly Fault[]; activeRunId?: string } = {},
  ) {
    super(message, options);
    this.name = 'DomainError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.activeRunId = options.activeRunId;
  }
}
