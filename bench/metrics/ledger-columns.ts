import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attempt, outcomes } from '../../contract/ledger.ts';
import type { AttemptLog } from './attempt-log.ts';

const rowsPerBlock = 8_192;
const blocksInMemory = 2;
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
const texts = [
  'request',
  'manner',
  'served_by',
  'delivery',
  'request_id',
  'error',
] as const satisfies readonly (keyof Attempt)[];

const blockBytes = rowsPerBlock * (8 * numbers.length + 4 * texts.length + 2);

/** Null is not-a-number in a column of numbers, and 0 in a column of texts, which count from 1 in the block's list. */
interface Block {
  /** Of all columns, one after the other. */
  readonly bytes: Uint8Array;
  readonly numbers: readonly Float64Array[];
  readonly texts: readonly Uint32Array[];
  readonly outcome: Uint8Array;
  readonly digestChecked: Uint8Array;
  strings: string[];
}

/** Where a block lies in the file; its texts follow it as JSON. */
interface Place {
  readonly at: number;
  readonly textBytes: number;
}

/** Attempts in typed columns, block by block; full blocks beyond the first few lie in a file without a name. */
export class LedgerColumns implements AttemptLog {
  readonly #kept: Block[] = [];
  readonly #spilled: Place[] = [];
  #block = openBlock(new ArrayBuffer(blockBytes));
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

  /** A block that went to the disk is filled anew: garbage of its size would outgrow the bound on memory. */
  #closeBlock(): void {
    if (this.#kept.length < blocksInMemory) {
      this.#kept.push(this.#block);
      this.#block = openBlock(new ArrayBuffer(blockBytes));
    } else {
      this.#spill(this.#block);
      this.#block.strings = [];
    }
    this.#indexes = new Map();
    this.#rows = 0;
  }

  /** @throws {Error} when the disk takes no more: what is left of a ledger would be none. */
  #spill({ bytes, strings }: Block): void {
    const text = Buffer.from(JSON.stringify(strings));
    const at = this.#fileBytes;
    try {
      this.#file ??= this.#openFile();
      writeAll(this.#file, bytes, at);
      writeAll(this.#file, text, at + blockBytes);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`The ledger cannot be kept in ${tmpdir()} (${message}): make room, or set TMPDIR.`, {
        cause: error,
      });
    }
    this.#spilled.push({ at, textBytes: text.length });
    this.#fileBytes += blockBytes + text.length;
  }

  #openFile(): number {
    const file = openNameless();
    files.register(this, file);
    return file;
  }

  #load({ at, textBytes }: Place): Block {
    const file = this.#file as number;
    const block = openBlock(new ArrayBuffer(blockBytes));
    readAll(file, block.bytes, at);
    const text = Buffer.allocUnsafe(textBytes);
    readAll(file, text, at + blockBytes);
    block.strings = JSON.parse(text.toString());
    return block;
  }
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
  }
}

function readAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(file, bytes, done, bytes.length - done, at + done);
    if (count === 0)
      throw new Error(`The ledger's rows on the disk end ${bytes.length - done} bytes too early.`);
    done += count;
  }
}

/** Closed when the rows that lie in it are garbage. */
const files = new FinalizationRegistry<number>((file) => closeSync(file));

/** Its name is taken away at once, so that it is gone with this process. */
function openNameless(): number {
  const path = join(tmpdir(), `modelrig-ledger-${process.pid}-${performance.now()}`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return file;
}

function openBlock(buffer: ArrayBuffer): Block {
  let at = 0;
  const next = (bytesPerRow: number) => {
    const start = at;
    at += bytesPerRow * rowsPerBlock;
    return start;
  };
  return {
    bytes: new Uint8Array(buffer),
    numbers: numbers.map(() => new Float64Array(buffer, next(8), rowsPerBlock)),
    texts: texts.map(() => new Uint32Array(buffer, next(4), rowsPerBlock)),
    outcome: new Uint8Array(buffer, next(1), rowsPerBlock),
    digestChecked: new Uint8Array(buffer, next(1), rowsPerBlock),
    strings: [],
  };
}

function* readRows(block: Block, rows: number): Generator<Attempt> {
  for (let row = 0; row < rows; row += 1) {
    const fields: Record<string, unknown> = {};
    for (let index = 0; index < numbers.length; index += 1) {
      const value = block.numbers[index]?.[row];
      fields[numbers[index] as string] = Number.isNaN(value) ? null : value;
    }
    for (let index = 0; index < texts.length; index += 1) {
      fields[texts[index] as string] = block.strings[(block.texts[index]?.[row] ?? 0) - 1] ?? null;
    }
    fields.outcome = outcomes[block.outcome[row] ?? 0];
    fields.digest_checked = block.digestChecked[row] === 1;
    yield fields as unknown as Attempt;
  }
}
