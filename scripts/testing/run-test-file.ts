import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { findSkips } from './skip.ts';

export interface TestFile {
  readonly path: string;
  /** Where it is run, which its path is relative to: here unless given. */
  readonly folder?: string;
  /** For its process, beside the inherited variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Tells it apart from the same file under another environment. */
  readonly label?: string;
  /** Some of its tests are marked with `only`, so that uvu skips the others. */
  readonly leavesTestsOut?: boolean;
}

export interface FileResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
  readonly seconds: number;
  /** It did not end by itself. */
  readonly hung: boolean;
  /** Why the file counts as failed although no test in it did; null otherwise. */
  readonly fault: string | null;
  readonly output: string;
}

/** Half the start of each of the hundreds of processes is compiling; coverage is exact only without the cache. */
const compileCache = process.env.NODE_V8_COVERAGE
  ? {}
  : { NODE_COMPILE_CACHE: resolve('node_modules/.cache/compile') };

/**
 * Runs one uvu file in a process of its own. What uvu lets pass counts as a failure here: a suite that is never
 * run, a file without tests, one that does not end, a skip without a reason. An interruption ends the process.
 */
export async function runTestFile(
  file: TestFile,
  limitSeconds: number,
  interruption: AbortSignal,
): Promise<FileResult> {
  const startedMs = performance.now();
  const child = execa(process.execPath, [file.path], {
    cwd: file.folder ?? '.',
    all: true,
    reject: false,
    detached: true,
    stdin: 'ignore',
    env: { ...compileCache, ...file.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  let hung = false;
  const limit = setTimeout(() => {
    hung = true;
    killGroup(child.pid);
  }, limitSeconds * 1_000);
  const kill = () => killGroup(child.pid);
  interruption.addEventListener('abort', kill);
  const { exitCode, signal, all } = await child;
  interruption.removeEventListener('abort', kill);
  clearTimeout(limit);

  const output = stripVTControlCharacters(all ?? '');
  const counts = readCounts(output);
  const skips = findSkips(output);
  const isSilent = counts.skipped > skips.length && file.leavesTestsOut !== true;
  const fault = hung
    ? `did not end within ${limitSeconds} s; something was left open`
    : ((await findUnrunSuite(resolve(file.folder ?? '.', file.path))) ??
      (counts.total === 0 ? 'ran no test' : null) ??
      (isSilent ? 'skips a test without a reason; use skip(test, name, reason)' : null) ??
      (exitCode !== 0 && counts.failed === 0 ? `ended with ${signal ?? `exit code ${exitCode}`}` : null));
  return {
    name: file.label === undefined ? file.path : `${file.path} (${file.label})`,
    passed: counts.passed,
    failed: counts.failed + (fault === null ? 0 : 1),
    skips,
    seconds: (performance.now() - startedMs) / 1_000,
    hung,
    fault,
    output,
  };
}

/** uvu's closing lines: Total, Passed, Skipped. Without them nothing ran. */
function readCounts(output: string): { total: number; passed: number; skipped: number; failed: number } {
  const read = (label: string) => Number(output.match(new RegExp(`^ {2}${label}: +(\\d+)$`, 'm'))?.[1] ?? 0);
  const total = read('Total');
  const passed = read('Passed');
  return { total, passed, skipped: read('Skipped'), failed: total - passed };
}

async function findUnrunSuite(file: string): Promise<string | null> {
  const source = await readFile(file, 'utf8');
  const suites = [...source.matchAll(/const (\w+) = suite(?:<.*>)?\(/g)].map((match) => match[1]);
  const unrun = suites.filter((name) => !source.includes(`${name}.run()`));
  return unrun.length > 0 ? `never runs its suite ${unrun.join(', ')}: add ${unrun[0]}.run()` : null;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
