import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { decodeLedger, encodeLedger, type Measurement } from '../../../bench/index.ts';
import { generatorSchema } from '../../../contract/report.ts';

const count = z.int();
const partSchema = z.object({
  schema: z.literal('modelrig.part/2'),
  generator: generatorSchema,
  droppedIterations: count,
  droppedSeries: z.object({ interval_ms: z.number(), counts: z.array(count) }),
  wire: z.object({ socket: count, attempts: count, discarded: count }).nullable(),
  resentRequests: count,
  checks: z.array(z.object({ name: z.string(), passes: count, fails: count })),
  stoppedBecause: z.string().nullable(),
  /** The ledger document of this part's attempts. */
  ledger: z.base64(),
});

/** What one runner measured, as it lies in the runs bucket until the parts are merged. */
export function encodePart(runId: string, { attempts, ...rest }: Measurement): Buffer {
  const ledger = encodeLedger(runId, attempts).toString('base64');
  return gzipSync(JSON.stringify({ schema: 'modelrig.part/2', ...rest, ledger }));
}

export function decodePart(body: Buffer): Measurement {
  const { schema: _, ledger, ...rest } = partSchema.parse(JSON.parse(gunzipSync(body).toString()));
  return { ...rest, attempts: decodeLedger(Buffer.from(ledger, 'base64')).attempts };
}
