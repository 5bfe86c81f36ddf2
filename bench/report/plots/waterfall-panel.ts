import type { Attempt } from '../../../contract/ledger.ts';
import type { Scale } from './scale.ts';
import { element, roundCoordinate } from './svg.ts';

const tallestRow = 12;
const fullHeight = 300;
const crossArm = 3.5;

/** As high as its rows need, up to what fits beside the timeline. */
export function measureWaterfall(rows: number): number {
  return Math.min(rows * tallestRow, fullHeight);
}

/**
 * A row a request: connecting, waiting for the first byte, receiving; a cross at the end of a failed one. Rows are
 * ordered by start, and by end among those that start within `togetherMs`, which on paper start together.
 */
export function renderWaterfall(panel: {
  readonly attempts: readonly Attempt[];
  /** From milliseconds of the ledger. */
  readonly x: Scale;
  readonly top: number;
  readonly togetherMs: number;
}): string[] {
  const { attempts, x, top } = panel;
  const pitch = measureWaterfall(attempts.length) / attempts.length;
  const rows = orderRows(attempts, panel.togetherMs).map((attempt, index) => ({
    attempt,
    y: roundCoordinate(top + (index + 0.5) * pitch),
  }));
  const trace = (className: string, read: (attempt: Attempt) => Segment | null) =>
    element('path', {
      class: className,
      'stroke-width': pitch > 2 ? pitch * 0.8 : Math.max(pitch, 1),
      d: rows.map(({ attempt, y }) => traceSegment(read(attempt), x, y)).join(''),
    });
  const failed = rows.filter(({ attempt }) => attempt.outcome !== 'ok');
  return [
    trace('wait', findWait),
    trace('connect', findConnect),
    trace('body', findBody),
    ...(failed.length === 0 ? [] : [traceCrosses(failed, x)]),
  ];
}

interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
}

function orderRows(attempts: readonly Attempt[], togetherMs: number): Attempt[] {
  const startOf = (attempt: Attempt) => Math.floor(attempt.started_ms / togetherMs);
  return attempts.toSorted((a, b) => startOf(a) - startOf(b) || a.ended_ms - b.ended_ms || a.client - b.client);
}

/** A connection that never came up was being opened until the end. */
function findConnect({ started_ms, connected_ms, ended_ms, outcome }: Attempt): Segment | null {
  if (outcome === 'connect_failed') return { fromMs: started_ms, toMs: ended_ms };
  return connected_ms === null ? null : { fromMs: started_ms, toMs: connected_ms };
}

function findWait(attempt: Attempt): Segment | null {
  const { started_ms, connected_ms, first_byte_ms, ended_ms, outcome } = attempt;
  if (outcome === 'connect_failed') return null;
  return { fromMs: connected_ms ?? started_ms, toMs: first_byte_ms ?? ended_ms };
}

function findBody({ first_byte_ms, ended_ms }: Attempt): Segment | null {
  return first_byte_ms === null ? null : { fromMs: first_byte_ms, toMs: ended_ms };
}

function traceSegment(segment: Segment | null, x: Scale, y: number): string {
  if (segment === null) return '';
  return `M${roundCoordinate(x.place(segment.fromMs))} ${y}H${roundCoordinate(x.place(segment.toMs))}`;
}

function traceCrosses(rows: readonly { attempt: Attempt; y: number }[], x: Scale): string {
  const crosses = rows.map(({ attempt, y }) => {
    const left = roundCoordinate(x.place(attempt.ended_ms) - crossArm);
    return `M${left} ${roundCoordinate(y - crossArm)}l${2 * crossArm} ${2 * crossArm}m0 ${-2 * crossArm}l${-2 * crossArm} ${2 * crossArm}`;
  });
  return element('path', { class: 'cross', d: crosses.join('') });
}
