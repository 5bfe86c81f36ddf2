import type { FileResult } from '../testing/run-test-file.ts';
import { applyPatch } from './apply-patch.ts';
import { copyTree, removeTree } from './copy-tree.ts';
import { endLeftOver } from './end-left-over.ts';
import type { Guard } from './read-guards.ts';
import { runAllTests, runNamedTest, type TestRun } from './run-named-test.ts';

export interface GuardResult {
  readonly guard: Guard;
  readonly fate: Fate;
  /** What happened instead of what should have; null when the named test failed. */
  readonly details: string | null;
  readonly seconds: number;
}

type Fate =
  | 'killed'
  /** The test file did not end: the guard is missed, but nothing says which one. */
  | 'killed by hanging'
  | 'survived'
  /** Something fails, but not the named test. */
  | 'wrong test'
  /** The test fails with the guard, too. */
  | 'unsound'
  /** This machine has not what the test needs. */
  | 'skipped';

/** How the named test does with every guard in its place. */
interface Baseline {
  readonly result: FileResult;
  /** Whether it passes without the other tests of its file, and so may be run without them. */
  readonly isAlone: boolean;
}

/** As many test files at a time; each has a copy of the tree to itself. */
const copies = 2;
const baselineLimitSeconds = 300;

/**
 * Runs each named test with every guard in its place, then once more for each guard that is taken away: alone where it can
 * be, which takes a fraction of the time of its file.
 */
export async function tryGuards(
  guards: readonly Guard[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<GuardResult[]> {
  const folders = await Promise.all(Array.from({ length: copies }, copyTree));
  const baselines = new Map<string, Baseline>();
  const results: GuardResult[] = [];
  try {
    const tests = new Map(guards.map((guard) => [nameTest(guard), guard]));
    const findBaseline = createBaselines();
    await workThrough([...tests], folders, signal, async ([name, guard], folder) => {
      const baseline = await findBaseline(guard, { folder, limitSeconds: baselineLimitSeconds, signal });
      if (signal.aborted) return;
      baselines.set(name, baseline);
      print(`with every guard: ${name} ${baseline.result.failed === 0 ? 'passes' : 'FAILS'}`);
    });
    await workThrough(guards, folders, signal, async (guard, folder) => {
      const result = await tryGuard(guard, baselines.get(nameTest(guard)), folder, signal);
      if (signal.aborted) return;
      results.push(result);
      print(
        `${results.length} of ${guards.length}: ${guard.name} ${result.fate}, ${result.seconds.toFixed(1)} s`,
      );
    });
  } finally {
    await Promise.all(folders.map(endLeftOver));
    await Promise.all(folders.map(removeTree));
  }
  return results.sort((a, b) => a.guard.name.localeCompare(b.guard.name));
}

export function isKilled({ fate }: GuardResult): boolean {
  return fate === 'killed' || fate === 'killed by hanging';
}

function nameTest({ testPath, title }: Guard): string {
  return `${testPath} "${title}"`;
}

async function workThrough<Item>(
  items: readonly Item[],
  folders: readonly string[],
  signal: AbortSignal,
  work: (item: Item, folder: string) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    folders.map(async (folder) => {
      for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
        await work(item, folder);
      }
    }),
  );
}

/** A test that fails alone may need what others of its file do before it. A whole file is run once. */
function createBaselines(): (guard: Guard, run: TestRun) => Promise<Baseline> {
  const files = new Map<string, Promise<FileResult>>();
  return async (guard, run) => {
    const alone = await runNamedTest(guard, run);
    if (alone?.failed === 0) return { result: alone, isAlone: true };
    const whole = files.get(guard.testPath) ?? runAllTests(guard, run);
    files.set(guard.testPath, whole);
    return { result: await whole, isAlone: false };
  };
}

async function tryGuard(
  guard: Guard,
  baseline: Baseline | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<GuardResult> {
  const { result: before } = baseline ?? {};
  if (before === undefined || before.failed > 0) {
    const details = `fails with the guard, too: ${describeFailed(before)}`;
    return { guard, fate: 'unsound', details, seconds: before?.seconds ?? 0 };
  }
  const skip = before.skips.find((skipped) => skipped.includes(guard.title));
  if (skip !== undefined) return { guard, fate: 'skipped', details: skip, seconds: before.seconds };
  const restore = await applyPatch(guard.patchPath, folder);
  const run = { folder, limitSeconds: Math.ceil(20 + 3 * before.seconds), signal };
  const alone = baseline?.isAlone ? await runNamedTest(guard, run) : null;
  // What else fails, where the named test does not, is of interest.
  const result = alone === null || alone.failed === 0 ? await runAllTests(guard, run) : alone;
  await restore();
  await endLeftOver(folder);
  return { guard, ...judge(guard, result), seconds: result.seconds };
}

function judge({ title }: Guard, result: FileResult): Pick<GuardResult, 'fate' | 'details'> {
  if (result.hung) return { fate: 'killed by hanging', details: null };
  if (listFailed(result).some((failed) => failed.includes(title))) return { fate: 'killed', details: null };
  if (result.failed === 0) return { fate: 'survived', details: `"${title}" passes without the guard` };
  return { fate: 'wrong test', details: `"${title}" passes; what fails: ${describeFailed(result)}` };
}

function describeFailed(result: FileResult | undefined): string {
  if (result === undefined) return 'it was not run';
  return [...listFailed(result), ...(result.fault === null ? [] : [result.fault])].join('; ');
}

/** The titles in uvu's own account of what failed. */
function listFailed({ output }: FileResult): string[] {
  return [...output.matchAll(/^ {3}FAIL {2}.*?"(.*)"$/gm)].map(([, title = '']) => title);
}
