import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { decodeLedger, encodeLedger, type Measurement } from '../../../bench/index.ts';
import { generatorSchema } from '../../../contract/report.ts';

const partSchema = z.object({
  schema: z.literal('modelrig.part/1'),
  generator: generatorSchema,
  /** The ledger document of this part's attempts. */
  ledger: z.base64(),
});

/** What one runner measured, as it lies in the runs bucket until the parts are merged. */
export function encodePart(runId: string, { attempts, generator }: Measurement): Buffer {
  const part: z.infer<typeof partSchema> = {
    schema: 'modelrig.part/1',
    generator,
    ledger: encodeLedger(runId, attempts).toString('base64'),
  };
  return gzipSync(JSON.stringify(part));
}

export function decodePart(body: Buffer): Measurement {
  const part = partSchema.parse(JSON.parse(gunzipSync(body).toString()));
  const { attempts } = decodeLedger(Buffer.from(part.ledger, 'base64'));
  return { attempts, generator: part.generator };
}
