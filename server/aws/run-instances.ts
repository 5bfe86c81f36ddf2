import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { runInstanceKey } from '../../contract/object-keys.ts';
import { retentionDays, runItem } from '../../contract/tables.ts';
import { type InstanceTelemetry, instanceTelemetrySchema } from '../../contract/telemetry.ts';
import type { Item, RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

/** Where telemetry lies that is too large for an item. */
export interface InstanceDocuments {
  write(key: string, body: Buffer, contentType: string): Promise<void>;
  /** Null when there is none. */
  read(key: string): Promise<Buffer | null>;
}

export interface RunInstances {
  writeInstance(runId: string, telemetry: InstanceTelemetry): Promise<void>;
  listInstances(runId: string): Promise<InstanceTelemetry[]>;
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** DynamoDB takes 400 KB an item. */
const mostItemBytes = 300_000;
/** Of these an item is made readable; all else is one compressed attribute. */
const detailed = ['timeline', 'histograms', 'requests', 'alone', 'phases_ms', 's3_pool', 'admission'] as const;

/** What the service's instances saw of a run, one item an instance; an older flush never replaces a newer one. */
export function createRunInstances(table: RunsTable, documents: InstanceDocuments): RunInstances {
  return {
    async writeInstance(runId, telemetry) {
      const { instance_id, seq } = telemetry;
      const { counters, details } = split(telemetry);
      const body = await compress(JSON.stringify(details));
      const isLarge = body.length > mostItemBytes;
      const key = runInstanceKey(runId, instance_id, seq);
      if (isLarge) await documents.write(key, body, 'application/gzip');
      await table.put(
        {
          run_id: runId,
          item: runItem.instance(instance_id),
          ...counters,
          ...(isLarge ? { details_key: key } : { details: body }),
          expires_at: expiresInDays(retentionDays.run),
        },
        { condition: 'attribute_not_exists(#seq) OR #seq < :seq', values: { ':seq': seq } },
      );
    },

    async listInstances(runId) {
      const items = await table.list(runId, runItem.instancePrefix);
      return Promise.all(
        items.map(async (item) =>
          instanceTelemetrySchema.parse({ ...item, ...(await readDetails(documents, item)) }),
        ),
      );
    },
  };
}

function split(telemetry: InstanceTelemetry): { counters: Item; details: Item } {
  const counters: Item = { ...telemetry };
  const details: Item = {};
  for (const name of detailed) {
    details[name] = telemetry[name];
    delete counters[name];
  }
  return { counters, details };
}

/** Items of older versions have none. */
async function readDetails(documents: InstanceDocuments, { details, details_key }: Item): Promise<Item> {
  const body = typeof details_key === 'string' ? await documents.read(details_key) : details;
  if (!(body instanceof Uint8Array)) return {};
  return JSON.parse((await decompress(body)).toString('utf8'));
}
