import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { phaseSchema } from '../../contract/experiment-name.ts';
import type { Report } from '../../contract/report.ts';
import type { RoundResult } from '../compare/experiment-input.ts';
import { readReport } from '../report/read-report.ts';

const [compress, decompress] = [promisify(gzip), promisify(gunzip)];

/** What an experiment is about: rounds of another one do not continue it. */
const headSchema = z.object({
  schema: z.literal('modelrig.journal/1'),
  name: z.string(),
  seed: z.int(),
  started_at: z.iso.datetime(),
  /** Everything that makes rounds one experiment, such as the definition's hash and the commit: by name, in words. */
  identity: z.record(z.string(), z.string()),
});
export type JournalHead = z.infer<typeof headSchema>;

const documentSchema = z.object({ path: z.string(), sha256: z.string() });
const roundSchema = z.object({
  pair: z.int(),
  position: z.union([z.literal(1), z.literal(2)]),
  phase: phaseSchema,
  report: documentSchema,
  guards: z.record(z.string(), documentSchema),
});

const referenceSchema = z.union([
  z.object({ after_pair: z.int(), bytes_per_second: z.number() }),
  z.object({ after_pair: z.int(), bytes_per_second: z.null(), reason: z.string() }),
]);
/** How fast S3 itself was, when so many pairs had been measured; null where that is not known, for a reason. */
export type MeasuredReference = z.infer<typeof referenceSchema>;

/** What one run brought home. */
export interface MeasuredRun {
  readonly report: Report;
  /** As the service gave it. */
  readonly reportText: string;
  readonly ledger: Uint8Array;
}

export interface NewRound {
  readonly pair: number;
  readonly position: 1 | 2;
  readonly phase: RoundResult['phase'];
  readonly run: MeasuredRun;
  readonly guards: Readonly<Record<string, MeasuredRun>>;
}

export interface Journal {
  readonly head: JournalHead;
  /** In order of time. */
  readonly rounds: readonly RoundResult[];
  readonly references: readonly MeasuredReference[];
  /** Documents first, then the line that counts: a round is there as a whole or not at all. */
  add(round: NewRound): Promise<void>;
  addReference(reference: MeasuredReference): Promise<void>;
}

const fileName = 'journal.jsonl';

/**
 * The journal in a folder, or a new one. A last line that was cut off by the end of its process, or of the machine, is
 * dropped.
 * @throws {Error} naming what is different when the folder has the journal of another experiment, or a damaged one.
 */
export async function openJournal(folder: string, fresh: JournalHead): Promise<Journal> {
  const lines = await readLines(join(folder, fileName));
  const path = join(folder, fileName);
  const [first] = lines;
  const found =
    first === undefined ? null : await readLine(path, 1, async () => headSchema.parse(JSON.parse(first)));
  if (found === null) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await append(folder, fresh);
    return createJournal(folder, fresh, [], []);
  }
  assertSame(found, fresh);
  const rounds: RoundResult[] = [];
  const references: MeasuredReference[] = [];
  for (const [index, line] of lines.slice(1).entries()) {
    await readLine(path, index + 2, async () => {
      const reference = referenceSchema.safeParse(JSON.parse(line));
      if (reference.success) references.push(reference.data);
      else rounds.push(await readRound(folder, line));
    });
  }
  // What a killed process left of a line must not begin the next one.
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return createJournal(folder, found, rounds, references);
}

/** Whether an experiment in the folder is not finished. */
export async function hasJournal(folder: string): Promise<boolean> {
  return (await readLines(join(folder, fileName))).length > 0;
}

export async function removeJournal(folder: string): Promise<void> {
  await rm(join(folder, fileName), { force: true });
}

function createJournal(
  folder: string,
  head: JournalHead,
  rounds: RoundResult[],
  references: MeasuredReference[],
): Journal {
  return {
    head,
    rounds,
    references,
    async addReference(reference) {
      await append(folder, reference);
      references.push(reference);
    },
    async add({ pair, position, phase, run, guards }) {
      const place = `rounds/${String(pair).padStart(2, '0')}-${phase}`;
      const report = await saveRun(folder, place, run);
      const saved: Record<string, z.infer<typeof documentSchema>> = {};
      for (const [scenario, guard] of Object.entries(guards)) {
        saved[scenario] = await saveRun(folder, `${place}-${scenario}`, guard);
      }
      await append(folder, { pair, position, phase, report, guards: saved });
      rounds.push({
        pair,
        position,
        phase,
        report: run.report,
        guardReports: Object.fromEntries(
          Object.entries(guards).map(([scenario, guard]) => [scenario, guard.report]),
        ),
        document: report.path,
        sha256: report.sha256,
      });
    },
  };
}

/** A run's report, and its ledger where there is one, below a folder: where the report lies, and its hash. */
export async function saveRun(
  folder: string,
  place: string,
  { reportText, ledger }: Omit<MeasuredRun, 'report'>,
) {
  const path = `${place}/report.json.gz`;
  await mkdir(join(folder, place), { recursive: true });
  if (ledger.length > 0) await writeFile(join(folder, place, 'ledger.json.gz'), ledger);
  await writeFile(join(folder, path), await compress(reportText, { level: 9 }));
  return { path, sha256: hash(reportText) };
}

async function readRound(folder: string, line: string): Promise<RoundResult> {
  const { pair, position, phase, report, guards } = roundSchema.parse(JSON.parse(line));
  const guardReports: Record<string, Report> = {};
  for (const [scenario, document] of Object.entries(guards)) {
    guardReports[scenario] = await readRoundReport(folder, document);
  }
  return {
    pair,
    position,
    phase,
    report: await readRoundReport(folder, report),
    guardReports,
    document: report.path,
    sha256: report.sha256,
  };
}

/** @throws {Error} naming the file when it is not the one that the hash is of. */
async function readRoundReport(
  folder: string,
  { path, sha256 }: { readonly path: string; readonly sha256: string },
): Promise<Report> {
  const text = (await decompress(await readFile(join(folder, path)))).toString('utf8');
  if (hash(text) !== sha256) throw new Error(`${join(folder, path)} is not the report that was written.`);
  return readReport(text);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function assertSame(found: JournalHead, fresh: JournalHead): void {
  const different = Object.keys({ ...found.identity, ...fresh.identity }).filter(
    (field) => found.identity[field] !== fresh.identity[field],
  );
  if (different.length === 0) return;
  const fields = different.map(
    (field) =>
      `  ${field} was ${found.identity[field] ?? 'not there'}, and is ${fresh.identity[field] ?? 'gone'}`,
  );
  throw new Error(
    `An experiment "${found.name}" was begun on ${found.started_at} and is not finished, but it was another one:\n${fields.join('\n')}\nGo on with it as it was, or throw its rounds away with --restart.`,
  );
}

/** @throws {Error} naming the line, when it cannot be read or what it names cannot. */
async function readLine<Content>(path: string, number: number, act: () => Promise<Content>): Promise<Content> {
  try {
    return await act();
  } catch (error) {
    throw new Error(
      `${path} is damaged in line ${number} (${(error as Error).message}). Its rounds cannot go on; throw them away with --restart.`,
      { cause: error },
    );
  }
}

/** Whole lines alone; none where there is no file. */
async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  const last = lines.at(-1);
  return last === undefined || isJson(last) ? lines : lines.slice(0, -1);
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

async function append(folder: string, entry: unknown): Promise<void> {
  const file = await open(join(folder, fileName), 'a');
  try {
    await file.write(`${JSON.stringify(entry)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
