import { z } from 'zod';
import { decodeLedger, encodeLedgerInTurns, type Measurement } from '../../../bench/index.ts';
import { type Calibration, calibrationSchema, generatorSchema } from '../../../contract/report.ts';

const count = z.int();
const headSchema = z.object({
  schema: z.literal('modelrig.part/2'),
  calibration: calibrationSchema,
  generator: generatorSchema,
  droppedIterations: count,
  droppedSeries: z.object({ interval_ms: z.number(), counts: z.array(count) }),
  wire: z.object({ socket: count, attempts: count, discarded: count }).nullable(),
  inFlightMs: z.number().nullable(),
  resentRequests: count,
  checks: z.array(z.object({ name: z.string(), passes: count, fails: count })),
  stoppedBecause: z.string().nullable(),
});

/** What one runner brings home. */
export interface Measured {
  readonly measurement: Measurement;
  readonly calibration: Calibration;
}

export interface RunPart extends Measured {
  /** The ledger document of its attempts. */
  readonly ledger: Buffer;
}

/**
 * A part as it lies in the runs bucket until the parts are merged: a line of JSON, and behind it the ledger document of
 * its attempts as it is, for that can be large.
 */
export async function encodePart(runId: string, { measurement, calibration }: Measured): Promise<Buffer> {
  const { attempts, ...rest } = measurement;
  const head = JSON.stringify({ schema: 'modelrig.part/2', calibration, ...rest });
  return Buffer.concat([Buffer.from(`${head}\n`), await encodeLedgerInTurns(runId, attempts)]);
}

export function decodePart(body: Buffer): RunPart {
  const endOfHead = body.indexOf('\n');
  const { schema: _, calibration, ...rest } = headSchema.parse(JSON.parse(body.toString('utf8', 0, endOfHead)));
  const ledger = body.subarray(endOfHead + 1);
  const { attempts } = decodeLedger(ledger);
  return { measurement: { ...rest, attempts }, calibration, ledger };
}
