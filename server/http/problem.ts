import type { Context, Next } from 'koa';
import { type Problem, problemMediaType } from '../../contract/problem.ts';
import { DomainError, type ErrorCode, findLogLine } from '../domain-error.ts';

/** The one place that turns the domain's codes into HTTP statuses. */
const statuses: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  invalid_parameter: { status: 400, title: 'A parameter is not allowed' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_body: { status: 422, title: 'Fields of the body are not allowed' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  other_site: { status: 403, title: 'Pages of other sites may not do this' },
  foreign_host: { status: 421, title: 'The service does not answer for this host' },
  ambiguous_host: { status: 400, title: 'The request does not name one host' },
  expectation_failed: { status: 417, title: 'The expectation cannot be met' },
  route_not_found: { status: 404, title: 'No such route' },
  method_not_allowed: { status: 405, title: 'The route does not take this method' },
  model_not_found: { status: 404, title: 'No such model' },
  model_unknown: { status: 422, title: 'The model is not in the registry' },
  version_taken: { status: 409, title: 'The version is published with other bytes' },
  id_taken: { status: 409, title: 'Another model has this sanitized id' },
  digest_mismatch: { status: 422, title: 'The content is not what was announced' },
  invalid_archive: { status: 422, title: 'The content is not a zip archive' },
  length_required: { status: 411, title: 'The request has no body' },
  too_many_uploads: { status: 503, title: 'Too many uploads at once' },
  too_many_downloads: { status: 503, title: 'Too many downloads at once' },
  too_many_connections: { status: 503, title: 'Too many connections at once' },
  precondition_failed: { status: 412, title: 'A condition of the request does not hold' },
  range_not_satisfiable: { status: 416, title: 'The range lies beyond the end' },
  run_not_found: { status: 404, title: 'No such run' },
  experiment_not_found: { status: 404, title: 'No such experiment' },
  document_not_found: { status: 404, title: 'No such document' },
  report_unreadable: { status: 422, title: 'The report is none that this version reads' },
  run_active: { status: 409, title: 'Another run is active' },
  run_finished: { status: 409, title: 'The run has already ended' },
  not_built: { status: 501, title: 'Not available on this backend' },
  stopping: { status: 503, title: 'The service stops' },
  stores_unavailable: { status: 503, title: 'A store cannot be reached' },
  stores_throttled: { status: 503, title: 'A store takes no more requests at present' },
  stores_denied: { status: 500, title: 'A store does not let the service in' },
  stores_missing: { status: 500, title: 'A store of the service is missing' },
};

const retryAfterSeconds = '5';

/**
 * Answers every error as an RFC 9457 problem document. Logged is what is nobody's fault but ours (500), and what has
 * a line for the log.
 */
export async function answerProblems(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (ctx.headerSent) throw error;
    const problem = toProblem(error);
    ctx.status = problem.status;
    ctx.type = problemMediaType;
    if (problem.status === 503) ctx.set('Retry-After', retryAfterSeconds);
    if (problem.status === 401) ctx.set('WWW-Authenticate', 'Bearer');
    ctx.body = JSON.stringify(problem);
    if (problem.status === 500 || findLogLine(error)) ctx.app.emit('error', error, ctx);
  }
}

function toProblem(error: unknown): Problem {
  if (!(error instanceof DomainError)) {
    return { type: 'about:blank', title: 'Internal error', status: 500, detail: 'See the log of the service.' };
  }
  const { status, title } = statuses[error.code];
  return {
    type: `urn:modelrig:problem:${error.code.replaceAll('_', '-')}`,
    title,
    status,
    detail: error.message,
    ...(error.faults.length > 0 ? { errors: [...error.faults] } : {}),
    ...(error.activeRunId === undefined ? {} : { active_run_id: error.activeRunId }),
  };
}
