import { type TimePart, timeParts } from '../../contract/attribution.ts';
import type { Attempt } from '../../contract/ledger.ts';
import { type Phase, phases, type RequestPhases } from '../../contract/telemetry.ts';

/** One request as client and service timed it together, in milliseconds. */
export interface DecomposedRequest {
  readonly requestId: string;
  /** The client's own. */
  readonly latencyMs: number;
  /** The client left at its deadline; the service hears of that when it comes to it. */
  readonly isTimedOut: boolean;
  /** The service's own; null for a request that it never saw. */
  readonly residenceMs: number | null;
  /** What the service's phases add up to; null as before. */
  readonly phasesMs: number | null;
  readonly bodyBytes: number;
  readonly parts: Readonly<Record<TimePart, number>>;
}

export interface Decomposition {
  readonly requests: readonly DecomposedRequest[];
  /** Those that succeeded or timed out, joined or not. */
  readonly of: number;
  /** Of the requests that the instances saw, those that they tell one by one: 1 but for very many. */
  readonly toldShare: number;
}

/** Of the service's phases those that are parts of their own; `handling` is what nobody can name. */
const named = phases.filter((phase) => phase !== 'handling');
type NamedPhase = Exclude<Phase, 'handling'>;

/**
 * Joins the attempts of the load with the service's phases by request id. No two clocks are compared: `before_server` is
 * what the client waited for its first byte beyond what the service took for it, `after_server` the same of the rest.
 */
export function decomposeRequests(
  attempts: Iterable<Attempt>,
  instances: readonly { readonly requests: RequestPhases | null }[],
): Decomposition {
  const rows = indexRows(instances.flatMap(({ requests }) => requests ?? []));
  const isComplete = instances.every(({ requests }) => requests !== null && !requests.slowest.includes(true));
  const requests: DecomposedRequest[] = [];
  let of = 0;
  for (const attempt of attempts) {
    if (attempt.outcome !== 'ok' && attempt.outcome !== 'timeout') continue;
    of += 1;
    const row = attempt.request_id === null ? undefined : rows.get(attempt.request_id);
    // A timeout that no instance knows, although they tell of all requests, never got as far.
    const isUnseen = row === undefined && attempt.outcome === 'timeout' && isComplete && instances.length > 0;
    if (row || isUnseen) requests.push(decompose(attempt, row ?? null));
  }
  const seen = instances.reduce((sum, { requests: told }) => sum + (told?.requests ?? 0), 0);
  return { requests, of, toldShare: seen === 0 ? 1 : rows.size / seen };
}

interface Row {
  readonly headMs: number;
  readonly residenceMs: number;
  readonly phases: Readonly<Record<Phase, number>>;
}

/** Rows that were kept for being slow are no part of an even sample. */
function indexRows(all: readonly RequestPhases[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { request_id, head_ms, residence_ms, slowest, phases: columns } of all) {
    for (const [index, id] of request_id.entries()) {
      if (slowest[index]) continue;
      rows.set(id, {
        headMs: head_ms[index] ?? 0,
        residenceMs: residence_ms[index] ?? 0,
        phases: Object.fromEntries(phases.map((phase) => [phase, columns[phase][index] ?? 0])) as Record<
          Phase,
          number
        >,
      });
    }
  }
  return rows;
}

function decompose(attempt: Attempt, row: Row | null): DecomposedRequest {
  const { started_ms, connected_ms, redirected_ms, first_byte_ms, ended_ms } = attempt;
  const latencyMs = ended_ms - started_ms;
  const askedMs = connected_ms ?? started_ms;
  const parts = Object.fromEntries(timeParts.map((part) => [part, 0])) as Record<TimePart, number>;
  parts.connect = askedMs - started_ms;
  if (row === null) parts.before_server = latencyMs - parts.connect;
  else if (redirected_ms !== null) {
    parts.before_server = redirected_ms - askedMs - row.residenceMs;
    parts.direct_from_store = ended_ms - redirected_ms;
  } else if (first_byte_ms === null)
    parts.before_server = Math.max(0, latencyMs - parts.connect - row.residenceMs);
  else {
    parts.before_server = first_byte_ms - askedMs - row.headMs;
    parts.after_server = ended_ms - first_byte_ms - (row.residenceMs - row.headMs);
  }
  let phasesMs = 0;
  if (row) {
    for (const phase of named) parts[phase satisfies NamedPhase] = row.phases[phase];
    phasesMs = phases.reduce((sum, phase) => sum + row.phases[phase], 0);
    parts.unexplained = row.residenceMs - (phasesMs - row.phases.handling);
    if (first_byte_ms === null) takeBack(parts, row.residenceMs - (latencyMs - parts.connect));
    else if (parts.after_server < 0) {
      takeBack(parts, -parts.after_server);
      parts.after_server = 0;
    }
  }
  return {
    requestId: attempt.request_id ?? '',
    latencyMs,
    isTimedOut: attempt.outcome === 'timeout',
    residenceMs: row?.residenceMs ?? null,
    phasesMs: row ? phasesMs : null,
    bodyBytes: attempt.body_bytes,
    parts,
  };
}

/**
 * What a service was busy with for a client that had left, or had everything, and of which it had not heard yet, is no part
 * of that client's waiting: out of the phase that took longest, which it most likely was in then; of others only what that does not hold.
 */
function takeBack(parts: Record<TimePart, number>, excessMs: number): void {
  let leftMs = Math.max(0, excessMs);
  const longestFirst = named.toSorted((one, other) => parts[other] - parts[one]);
  for (const part of [...longestFirst, 'unexplained'] as const) {
    const takenMs = Math.min(leftMs, Math.max(0, parts[part]));
    parts[part] -= takenMs;
    leftMs -= takenMs;
  }
}
