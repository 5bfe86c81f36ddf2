import { z } from 'zod';
import {
  buildLatencyHistogram,
  decodeLedger,
  encodeLatencyHistogram,
  encodeLedgerInTurns,
  listLatenciesMs,
  type Measurement,
} from '../../../bench/index.ts';
import {
  type Calibration,
  calibrationSchema,
  type EnvironmentFingerprint,
  environmentFingerprintSchema,
  generatorSchema,
  type SubjectFingerprint,
  subjectFingerprintSchema,
  type Target,
  targetSchema,
} from '../../../contract/report.ts';
import { type StoresCounts, storesCountsSchema } from '../../../contract/store-counts.ts';

const count = z.int();
const headSchema = z.object({
  schema: z.literal('modelrig.part/4'),
  shard: count,
  /** Which of how many shares of the load it drove, counted from 0. */
  share: z.object({ index: count, of: count }),
  /** The service that it loaded. */
  targetUrl: z.string(),
  target: targetSchema.nullable(),
  environment: environmentFingerprintSchema,
  subject: subjectFingerprintSchema,
  /** Of the latencies, as in a report. */
  latency_histogram: z.string(),
  calibration: calibrationSchema,
  /** What the stores had counted when the load began. */
  storesBefore: storesCountsSchema,
  /** Ids of the instances that answered. */
  servedBy: z.array(z.string()),
  rows: count,
  /** All but its attempts. */
  measurement: z.object({
    startedAtMs: z.number(),
    generator: generatorSchema,
    droppedIterations: count,
    droppedSeries: z.object({ interval_ms: z.number(), counts: z.array(count).readonly() }),
    wire: z.object({ socket: count, attempts: count, discarded: count }).nullable(),
    inFlightMs: z.number().nullable(),
    lateAnswers: count.nullable(),
    resentRequests: count,
    checks: z.array(z.object({ name: z.string(), passes: count, fails: count })).readonly(),
    stoppedBecause: z.string().nullable(),
    cutByMaxDuration: z.boolean(),
    teardownError: z.string().nullable(),
  }),
});

/** What one runner measured, and with what. */
export interface Measured {
  readonly measurement: Measurement;
  readonly calibration: Calibration;
  readonly storesBefore: StoresCounts;
  readonly targetUrl: string;
  readonly target: Target | null;
  /** Of its machine, without the data set. */
  readonly environment: EnvironmentFingerprint;
  readonly subject: SubjectFingerprint;
}

export type Fingerprints = Pick<Measured, 'environment' | 'subject'>;

export interface PartOrigin {
  readonly shard: number;
  readonly share: { readonly index: number; readonly of: number };
}

export interface RunPart extends Measured, PartOrigin {
  readonly latencyHistogram: string;
  /** The ledger document of its attempts. */
  readonly ledger: Buffer;
}

/**
 * A part as it lies in the runs bucket until the parts are merged: a line of JSON, and behind it the ledger document of
 * its attempts as it is, for that can be large.
 */
export async function encodePart(runId: string, measured: Measured, origin: PartOrigin): Promise<Buffer> {
  const { measurement, calibration, storesBefore, targetUrl, target, environment, subject } = measured;
  const { attempts, ...rest } = measurement;
  const head: z.infer<typeof headSchema> = {
    schema: 'modelrig.part/4',
    ...origin,
    targetUrl,
    target,
    environment,
    subject,
    latency_histogram: encodeLatencyHistogram(buildLatencyHistogram(listLatenciesMs(attempts))),
    calibration,
    storesBefore,
    servedBy: listInstances(measurement),
    rows: attempts.length,
    measurement: rest,
  };
  const ledger = await encodeLedgerInTurns(runId, attempts);
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ledger]);
}

export function decodePart(body: Buffer): RunPart {
  const { measurement, latency_histogram, servedBy: _, rows: __, schema: ___, ...head } = decodePartHead(body);
  const ledger = body.subarray(body.indexOf('\n') + 1);
  const { attempts } = decodeLedger(ledger);
  return { ...head, latencyHistogram: latency_histogram, measurement: { ...measurement, attempts }, ledger };
}

/** All but the attempts, at no cost. */
export function decodePartHead(body: Buffer): z.infer<typeof headSchema> {
  return headSchema.parse(JSON.parse(body.toString('utf8', 0, body.indexOf('\n'))));
}

function listInstances({ attempts }: Measurement): string[] {
  const ids = new Set<string>();
  for (const { served_by } of attempts) if (served_by !== null) ids.add(served_by);
  return [...ids];
}
