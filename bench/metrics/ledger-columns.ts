import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { type Attempt, outcomes } from '../../contract/ledger.ts';
import type { AttemptLog } from './attempt-log.ts';

const rowsPerBlock = 8_192;
const blocksInMemory = 8;
const numbers = [
  'client',
  'intended_ms',
  'started_ms',
  'connected_ms',
  'redirected_ms',
  'first_byte_ms',
  'ended_ms',
  'status',
  'body_bytes',
  'expected_bytes',
  'wire_bytes',
] as const satisfies readonly (keyof Attempt)[];
const texts = ['request', 'served_by', 'delivery', 'error'] as const satisfies readonly (keyof Attempt)[];

/** Null is not-a-number in a column of numbers, and 0 in a column of texts, which count from 1 in the block's list. */
interface Block {
  readonly numbers: readonly Float64Array[];
  readonly texts: readonly Uint32Array[];
  readonly outcome: Uint8Array;
  readonly digestChecked: Uint8Array;
  readonly strings: string[];
}

/** Attempts in typed columns, block by block; full blocks beyond the first few lie in a file without a name. */
export class LedgerColumns implements AttemptLog {
  readonly #kept: Block[] = [];
  readonly #spilled: { at: number; bytes: number }[] = [];
  #block = createBlock();
  #indexes = new Map<string, number>();
  #rows = 0;
  #file: number | null = null;
  #fileBytes = 0;

  get length(): number {
    return (this.#kept.length + this.#spilled.length) * rowsPerBlock + this.#rows;
  }

  push(attempt: Attempt): void {
    const block = this.#block;
    const row = this.#rows;
    numbers.forEach((name, index) => {
      (block.numbers[index] as Float64Array)[row] = attempt[name] ?? Number.NaN;
    });
    texts.forEach((name, index) => {
      (block.texts[index] as Uint32Array)[row] = this.#indexOf(attempt[name]);
    });
    block.outcome[row] = outcomes.indexOf(attempt.outcome);
    block.digestChecked[row] = attempt.digest_checked ? 1 : 0;
    this.#rows += 1;
    if (this.#rows === rowsPerBlock) this.#closeBlock();
  }

  *[Symbol.iterator](): Generator<Attempt> {
    for (const block of this.#kept) yield* readRows(block, rowsPerBlock);
    for (const place of this.#spilled) yield* readRows(this.#load(place), rowsPerBlock);
    yield* readRows(this.#block, this.#rows);
  }

  #indexOf(text: string | null): number {
    if (text === null) return 0;
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    this.#block.strings.push(text);
    this.#indexes.set(text, this.#block.strings.length);
    return this.#block.strings.length;
  }

  #closeBlock(): void {
    if (this.#kept.length < blocksInMemory) this.#kept.push(this.#block);
    else this.#spill(this.#block);
    this.#block = createBlock();
    this.#indexes = new Map();
    this.#rows = 0;
  }

  #spill(block: Block): void {
    this.#file ??= openNameless();
    const bytes = serialize(block);
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#fileBytes + written);
    }
    this.#spilled.push({ at: this.#fileBytes, bytes: bytes.length });
    this.#fileBytes += bytes.length;
  }

  #load({ at, bytes }: { at: number; bytes: number }): Block {
    const buffer = Buffer.allocUnsafe(bytes);
    let read = 0;
    while (read < bytes) {
      const count = readSync(this.#file as number, buffer, read, bytes - read, at + read);
      if (count === 0) throw new Error(`The ledger's rows on the disk end ${bytes - read} bytes too early.`);
      read += count;
    }
    return deserialize(buffer);
  }
}

/** The file is there as long as this process: its name is taken away at once. */
function openNameless(): number {
  const path = join(tmpdir(), `modelrig-ledger-${process.pid}-${performance.now()}`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  process.once('exit', () => closeSync(file));
  return file;
}

function createBlock(): Block {
  return {
    numbers: numbers.map(() => new Float64Array(rowsPerBlock)),
    texts: texts.map(() => new Uint32Array(rowsPerBlock)),
    outcome: new Uint8Array(rowsPerBlock),
    digestChecked: new Uint8Array(rowsPerBlock),
    strings: [],
  };
}

function* readRows(block: Block, rows: number): Generator<Attempt> {
  for (let row = 0; row < rows; row += 1) {
    const fields: Record<string, unknown> = {};
    numbers.forEach((name, index) => {
      const value = block.numbers[index]?.[row];
      fields[name] = Number.isNaN(value) ? null : value;
    });
    texts.forEach((name, index) => {
      fields[name] = block.strings[(block.texts[index]?.[row] ?? 0) - 1] ?? null;
    });
    fields.outcome = outcomes[block.outcome[row] ?? 0];
    fields.digest_checked = block.digestChecked[row] === 1;
    yield fields as unknown as Attempt;
  }
}
