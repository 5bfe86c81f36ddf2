import type { Histogram } from 'hdr-histogram-js';
import type { Attempt, Outcome } from '../../contract/ledger.ts';
import { buildLatencyHistogram, recordLatency } from './latency-histogram.ts';

/** Running totals of a load that goes on, in bounded memory: what thresholds that may abort it are held against. */
export class LiveMetrics {
  readonly latency: Histogram = buildLatencyHistogram([]);
  readonly responseTime: Histogram = buildLatencyHistogram([]);
  readonly firstByte: Histogram = buildLatencyHistogram([]);
  readonly connect: Histogram = buildLatencyHistogram([]);
  readonly outcomes: Partial<Record<Outcome, number>> = {};
  /** Of the scenario's own header checks. */
  readonly checks = { passes: 0, fails: 0 };
  ended = 0;
  verifiedBytes = 0;
  wireBytes = 0;
  droppedIterations = 0;

  record(attempt: Attempt): void {
    const { outcome, started_ms, intended_ms, connected_ms, first_byte_ms, ended_ms } = attempt;
    this.ended += 1;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    this.wireBytes += attempt.wire_bytes;
    if (outcome === 'ok') this.verifiedBytes += attempt.body_bytes;
    if (connected_ms !== null) recordLatency(this.connect, connected_ms - started_ms);
    if (outcome !== 'ok' && outcome !== 'timeout') return;
    recordLatency(this.latency, ended_ms - started_ms);
    recordLatency(this.responseTime, ended_ms - (intended_ms ?? started_ms));
    if (first_byte_ms !== null) recordLatency(this.firstByte, first_byte_ms - started_ms);
  }
}
