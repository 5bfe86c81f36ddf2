import { gunzipSync, gzipSync } from 'node:zlib';
import { type Attempt, type Ledger, ledgerSchema } from '../../contract/ledger.ts';

const schema = ledgerSchema.shape.schema.value;

/** The ledger document: gzip'd JSON in columns, times as measured. Same attempts, same bytes. */
export function encodeLedger(runId: string, attempts: readonly Attempt[]): Buffer {
  const ledger: Ledger = {
    schema,
    run_id: runId,
    columns: {
      client: attempts.map((attempt) => attempt.client),
      started_ms: attempts.map((attempt) => attempt.started_ms),
      connected_ms: attempts.map((attempt) => attempt.connected_ms),
      redirected_ms: attempts.map((attempt) => attempt.redirected_ms),
      first_byte_ms: attempts.map((attempt) => attempt.first_byte_ms),
      ended_ms: attempts.map((attempt) => attempt.ended_ms),
      status: attempts.map((attempt) => attempt.status),
      body_bytes: attempts.map((attempt) => attempt.body_bytes),
      outcome: attempts.map((attempt) => attempt.outcome),
      digest_checked: attempts.map((attempt) => attempt.digest_checked),
      served_by: attempts.map((attempt) => attempt.served_by),
      delivery: attempts.map((attempt) => attempt.delivery),
      error: attempts.map((attempt) => attempt.error),
    },
  };
  return gzipSync(JSON.stringify(ledger));
}

/**
 * @throws {Error} naming the schema when it is not the one this version reads, else the first damaged field, with
 * the cause.
 */
export function decodeLedger(document: Uint8Array): { runId: string; attempts: Attempt[] } {
  const ledger = parseLedger(readJson(document));
  return { runId: ledger.run_id, attempts: toAttempts(ledger.columns) };
}

function readJson(document: Uint8Array): unknown {
  try {
    return JSON.parse(gunzipSync(document).toString('utf8'));
  } catch (error) {
    throw new Error('The ledger is damaged: it is not gzip with JSON inside.', { cause: error });
  }
}

function parseLedger(document: unknown): Ledger {
  const found = typeof document === 'object' && document !== null && 'schema' in document && document.schema;
  if (found !== schema) {
    throw new Error(
      `The ledger's schema is ${JSON.stringify(found || null)}; this version reads only "${schema}".`,
    );
  }
  const parsed = ledgerSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`The ledger is damaged: ${issue?.path.join('.') ?? 'document'}: ${issue?.message}.`, {
      cause: parsed.error,
    });
  }
  return parsed.data;
}

function toAttempts(columns: Ledger['columns']): Attempt[] {
  const rows = columns.client.length;
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== rows) {
      throw new Error(
        `The ledger is damaged: columns.${name} has ${column.length} rows, columns.client has ${rows}.`,
      );
    }
  }
  return columns.client.map((client, row) => ({
    client,
    started_ms: columns.started_ms[row] as number,
    connected_ms: columns.connected_ms[row] ?? null,
    redirected_ms: columns.redirected_ms?.[row] ?? null,
    first_byte_ms: columns.first_byte_ms[row] ?? null,
    ended_ms: columns.ended_ms[row] as number,
    status: columns.status[row] ?? null,
    body_bytes: columns.body_bytes[row] as number,
    outcome: columns.outcome[row] as Attempt['outcome'],
    digest_checked: columns.digest_checked[row] as boolean,
    served_by: columns.served_by[row] ?? null,
    delivery: columns.delivery?.[row] ?? null,
    error: columns.error[row] ?? null,
  }));
}
