import { lstat, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { runDocuments } from '../../contract/object-keys.ts';
import type { Report } from '../../contract/report.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import type { CommandLine } from './command-line.ts';
import { UsageError } from './exit-codes.ts';
import { ensureWritable } from './save-documents.ts';
import { Terminal } from './terminal.ts';

/** Where the reports of runs are put that are not given a place. */
export const draftsFolder = join('reports', 'drafts');

export interface OutputFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly out?: string;
}

export interface Output {
  /** Results go here: the summary, or the one JSON document. */
  readonly stdout: NodeJS.WriteStream;
  readonly terminal: Terminal;
  readonly color: boolean;
  readonly json: boolean;
  /** Where the documents of a run are put. */
  chooseFolder(runId: string): string;
}

export function addOutputOptions(command: Command): Command {
  return command
    .option(
      '--json',
      'print the results document on stdout and nothing else there; nothing at all where a failure left none',
    )
    .option('--quiet', 'show no progress: only the summary or the JSON, and errors')
    .option(
      '--out <dir>',
      `where the report goes: a folder that is new, empty, or holds an earlier report alone (default: ${draftsFolder}/<run id>)`,
    );
}

/**
 * @throws {UsageError} when `--out` is a link or holds something else than an earlier report; {CommandError} when it cannot be
 * written: before a run spends minutes.
 */
export async function prepareOutput(commandLine: CommandLine, flags: OutputFlags): Promise<Output> {
  const { stdout, stderr, env } = commandLine;
  if (flags.out !== undefined) await ensureReplaceable(flags.out, Object.keys(runDocuments));
  await ensureWritable(flags.out === undefined ? draftsFolder : dirname(resolve(flags.out)));
  return {
    stdout,
    terminal: new Terminal(stderr, { isQuiet: flags.quiet ?? false }),
    color: isColored(stdout, env),
    json: flags.json ?? false,
    chooseFolder: (runId) => flags.out ?? join(draftsFolder, runId),
  };
}

export function isColored(stdout: NodeJS.WriteStream, env: CommandLine['env']): boolean {
  return stdout.isTTY === true && !env.NO_COLOR;
}

/** The end of a run: its JSON document alone on stdout, or its summary with the place of its report. */
export function printRun(output: Output, results: unknown, report: Report | null, folder: string | null): void {
  const place = folder === null ? null : `  report      ${join(folder, 'report.md')}`;
  if (output.json) {
    output.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    if (place !== null) output.terminal.say(place);
    return;
  }
  if (report !== null) output.stdout.write(`\n${renderTerminalSummary(report, output)}\n`);
  if (place !== null) output.stdout.write(`\n${place}\n`);
}

/** @throws {UsageError} unless the folder, which is replaced as a whole, is new, empty, or holds only these documents. */
export async function ensureReplaceable(folder: string, documents: readonly string[]): Promise<void> {
  const found = await lstat(resolve(folder)).catch(() => null);
  if (found?.isSymbolicLink()) {
    throw new UsageError(`--out is "${folder}", a symbolic link; allowed: a folder that is none itself`);
  }
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`--out is "${folder}"; allowed: a folder (${error.code})`, { cause: error });
  });
  const other = names.find((name) => !documents.includes(name));
  if (other === undefined) return;
  throw new UsageError(
    `--out is "${folder}", which holds ${other}; allowed: a folder that is new, empty, or holds an earlier report alone`,
  );
}
