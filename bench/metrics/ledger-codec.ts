import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Attempt, type Ledger, ledgerSchema } from '../../contract/ledger.ts';
import type { AttemptLog } from './attempt-log.ts';
import { LedgerColumns } from './ledger-columns.ts';

const schema = ledgerSchema.shape.schema.value;

/** Rows whose text is compressed together. */
const rowsPerPiece = 16_384;
/** Rows that are written before other work has its turn. */
const rowsPerTurn = 1_024;

/** The ledger document: gzip'd JSON in columns, times as measured. Same attempts, same bytes. */
export function encodeLedger(runId: string, attempts: AttemptLog): Buffer {
  const writing = writeLedger(runId, attempts);
  for (let step = writing.next(); ; step = writing.next()) if (step.done) return step.value;
}

/** The same document, written without holding up the event loop for long. */
export async function encodeLedgerInTurns(runId: string, attempts: AttemptLog): Promise<Buffer> {
  const writing = writeLedger(runId, attempts);
  for (let step = writing.next(); ; step = writing.next()) {
    if (step.done) return step.value;
    await setImmediate();
  }
}

/**
 * Walks through the attempts once, with a pause wherever it yields. In memory are a piece of each column as text, and
 * what is compressed already.
 */
function* writeLedger(runId: string, attempts: AttemptLog): Generator<void, Buffer> {
  const members: Buffer[][] = columns.map(() => []);
  const texts = columns.map((column, index) => `${index === 0 ? '' : ','}"${column}":[`);
  let row = 0;
  for (const attempt of attempts) {
    columns.forEach((column, index) => {
      texts[index] += `${row === 0 ? '' : ','}${JSON.stringify(attempt[column])}`;
    });
    row += 1;
    if (row % rowsPerTurn === 0) yield;
    if (row % rowsPerPiece !== 0) continue;
    for (const [index, text] of texts.entries()) {
      members[index]?.push(gzipSync(text));
      texts[index] = '';
      yield;
    }
  }
  for (const [index, text] of texts.entries()) {
    members[index]?.push(gzipSync(`${text}]${index === columns.length - 1 ? '}}' : ''}`));
    yield;
  }
  const head = gzipSync(`{"schema":"${schema}","run_id":${JSON.stringify(runId)},"columns":{`);
  return Buffer.concat([head, ...members.flat()]);
}

const columns = Object.keys(ledgerSchema.shape.columns.shape) as (keyof Attempt)[];

/**
 * @throws {Error} naming the schema when it is not the one this version reads, else the first damaged field, with
 * the cause.
 */
export function decodeLedger(document: Uint8Array): { runId: string; attempts: AttemptLog } {
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

function toAttempts(columns: Ledger['columns']): AttemptLog {
  const rows = columns.client.length;
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== rows) {
      throw new Error(
        `The ledger is damaged: columns.${name} has ${column.length} rows, columns.client has ${rows}.`,
      );
    }
  }
  const log = new LedgerColumns();
  for (const [row, client] of columns.client.entries())
    log.push({
      client,
      request: columns.request?.[row] ?? 'download',
      intended_ms: columns.intended_ms?.[row] ?? null,
      started_ms: columns.started_ms[row] as number,
      connected_ms: columns.connected_ms[row] ?? null,
      redirected_ms: columns.redirected_ms?.[row] ?? null,
      first_byte_ms: columns.first_byte_ms[row] ?? null,
      ended_ms: columns.ended_ms[row] as number,
      status: columns.status[row] ?? null,
      body_bytes: columns.body_bytes[row] as number,
      expected_bytes: columns.expected_bytes?.[row] ?? null,
      wire_bytes: columns.wire_bytes?.[row] ?? (columns.body_bytes[row] as number),
      outcome: columns.outcome[row] as Attempt['outcome'],
      manner: columns.manner?.[row] ?? null,
      digest_checked: columns.digest_checked[row] as boolean,
      served_by: columns.served_by[row] ?? null,
      delivery: columns.delivery?.[row] ?? null,
      request_id: columns.request_id?.[row] ?? null,
      error: columns.error[row] ?? null,
    });
  return log;
}
